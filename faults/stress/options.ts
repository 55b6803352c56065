import { parseDuration } from "../../api/duration.ts";
import { quote } from "../../api/problem.ts";
import type { Options, OptionValue } from "./stressors.ts";

/** A sentence on what is wrong with one of several words, and which. */
export interface WordProblem {
	index: number;
	message: string;
}

const values: Readonly<Record<OptionValue, { pattern: RegExp; hint: string }>> = {
	nothing: { pattern: /^$/, hint: "takes no value" },
	workers: {
		pattern: /^(\d{1,3}|[1-7]\d{3}|80\d{2}|81[0-8]\d|819[0-2])$/,
		hint: "takes a number of workers from 0 (one a processor) to 8192",
	},
	number: { pattern: /^\d{1,10}$/, hint: "takes a whole number, 0 or more" },
	slice: { pattern: /^-?\d{1,9}$/, hint: "takes a whole number" },
	percentage: { pattern: /^(\d{1,2}|100)$/, hint: "takes a whole number from 0 to 100" },
	size: { pattern: /^\d{1,12}[bkmg%]?$/i, hint: 'takes a size such as "128m", or a percentage such as "50%"' },
	word: { pattern: /^[a-z0-9][a-z0-9-]{0,31}$/, hint: "takes the name of a method" },
};

/** Splits a text into words at blanks; nothing else in it has a meaning, as it would to a shell. */
export function wordsOf(text: string): string[] {
	return text.split(/\s+/).filter((word) => word !== "");
}

/**
 * What is wrong with words that are to be options, each `--name`, `--name value` or `--name=value`; undefined when nothing is.
 * `why` says of names that are not among them, but are known, why they can't be used.
 */
export function problemOf(
	words: readonly string[],
	options: Options,
	why: Readonly<Record<string, string>> = {},
): WordProblem | undefined {
	for (let index = 0; index < words.length; index++) {
		const [word = "", start] = [words[index], index];
		const [, name, inline] = /^--([a-z0-9-]+)(?:=(.*))?$/.exec(word) ?? [];
		if (name === undefined) return { index, message: `${quote(word)} is not an option; write "--name value"` };
		const takes = Object.hasOwn(options, name) ? options[name] : undefined;
		if (takes === undefined) {
			const reason = why[name] ?? `the options here are ${listed(Object.keys(options))}`;
			return { index, message: `${quote(`--${name}`)} can't be used: ${reason}` };
		}
		const value = inline ?? (takes === "nothing" ? "" : (words[++index] ?? ""));
		if (!values[takes].pattern.test(value)) {
			const got = value === "" ? "" : `, not ${quote(value)}`;
			return { index: start, message: `${quote(`--${name}`)} ${values[takes].hint}${got}` };
		}
	}
	return undefined;
}

/** Why nobody may say when a program ends. */
export const timeIsOver = "the experiment ends when its duration is over";

/** What is wrong with the options of the processor's stressor. */
export function cpuProblem(words: readonly string[], options: Options): WordProblem | undefined {
	return problemOf(words, options, { cpu: "use workers", "cpu-load": "use load", timeout: timeIsOver });
}

/**
 * Seconds after which all memory is to be taken, from options as upstream's program has them: `--time 30s`. 0 when they say
 * nothing of it; what is wrong with them otherwise.
 */
export function growthOf(words: readonly string[]): number | WordProblem {
	let seconds = 0;
	for (let index = 0; index < words.length; index++) {
		const [word = "", start] = [words[index], index];
		const [, name, inline] = /^--?([a-z0-9-]+)(?:=(.*))?$/.exec(word) ?? [];
		if (name !== "time") {
			const instead = name === "size" || name === "workers" ? `use ${name}` : 'the only option here is "--time"';
			return { index, message: `${quote(word)} can't be used: ${instead}` };
		}
		const value = inline ?? words[++index] ?? "";
		const milliseconds = parseDuration(value);
		if (milliseconds === undefined || milliseconds < 0) {
			return { index: start, message: `${quote(word)} takes a duration, such as "30s", not ${quote(value)}` };
		}
		seconds = milliseconds / 1000;
	}
	return seconds;
}

/** Names of options, for messages. */
export function listed(names: readonly string[]): string {
	return names.map((name) => `--${name}`).join(", ");
}
