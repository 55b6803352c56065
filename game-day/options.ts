import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { ConfigMap, PulumiFn } from "@pulumi/pulumi/automation";
import { durationOrZero, parseDuration, positiveDuration } from "../api/duration.ts";
import type { Grammar } from "../api/grammar.ts";
import { quote } from "../api/problem.ts";
import type { Preview } from "./preview.ts";
import type { Sink } from "./progress.ts";

/** What a callback learns while the faults are in place. */
export interface Holding {
	/** Aborted when the faults are about to be taken out before the callback is done: stop then. */
	signal: AbortSignal;
}

/** What a game day is made of. */
export interface GameDayOptions {
	/** Folder of the Pulumi program, with its `Pulumi.yaml`; a relative path starts at the current folder. */
	folder: string;
	/** Name of the stack. It has to be there, and hold nothing: what is in it would be destroyed at the end. */
	stack: string;
	/**
	 * The program as a function, in place of that in the folder. The folder is then where the package is found (`node_modules`), and
	 * where Pulumi writes `Pulumi.yaml` and the stack's settings; the stack is made when there is none.
	 */
	program?: PulumiFn;
	/** Name of the project of an inline program whose folder has no `Pulumi.yaml`. Default: `game-day`. */
	project?: string;
	/** Set in the stack's settings before the preview, as `pulumi config set` does. Not together with `configFile`. */
	config?: ConfigMap;
	/** File of the stack's settings, as `--config-file` of Pulumi. Default: `Pulumi.<stack>.yaml` in the folder. */
	configFile?: string;
	/** Environment variables for Pulumi and the program, on top of this process's own. */
	environment?: Record<string, string>;
	/**
	 * How long the faults stay in place: a duration such as `5m`, or `0`. Ends early when a probe has ended an experiment, and when
	 * all experiments have come to an end by themselves. Default: as long as `during` takes, and without it `1m`.
	 */
	hold?: string;
	/** Called when every target is hit; the hold lasts until it has returned, also when `hold` is over by then. */
	during?: (holding: Holding) => unknown;
	/** Longest time from the beginning of the injection to that of the recovery, as a duration. Default: `1h`. */
	timeout?: string;
	/**
	 * Whether to go on after the preview. A function gets the preview, and a signal that is aborted when nobody waits for its answer
	 * any more; when others would be hit by then than it got to see, nothing is injected. Default: no.
	 */
	approve?: boolean | ((preview: Preview, signal: AbortSignal) => boolean | Promise<boolean>);
	/** Where a line is written for each step; `false` for nowhere. Default: standard output. */
	progress?: Sink | false;
	/** Ends the game day before its time when it is aborted, as the first Ctrl-C does: what is in place is recovered. */
	signal?: AbortSignal;
}

/** Options with their defaults, durations in milliseconds, and absolute paths. */
export interface Plan extends Omit<GameDayOptions, "hold" | "timeout"> {
	holdMs: number;
	timeoutMs: number;
	project: string;
	environment: Record<string, string>;
}

/** A wrong option; the message names it, quotes its value and says what is right. */
export class OptionError extends Error {
	override readonly name = "OptionError";
}

/** The longest time that a timer of Node takes, in milliseconds. */
const longestMs = 2 ** 31 - 1;

/** Checks options and fills in defaults; throws {@link OptionError}. */
export function plan(options: GameDayOptions): Plan {
	const { folder, stack, program, config, configFile, during } = options;
	const place = resolve(folder);
	if (!isFolder(place))
		throw new OptionError(`folder: ${quote(folder)} is not a folder; name that of the Pulumi program`);
	if (stack === "") throw new OptionError('stack: "" is not a name; write that of the stack, such as "dev"');
	if (config !== undefined && configFile !== undefined) {
		throw new OptionError(
			`config: can't be set in the file ${quote(configFile)}; write it there, or leave "configFile" out`,
		);
	}
	return {
		...options,
		folder: place,
		project: options.project ?? "game-day",
		environment: options.environment ?? {},
		...(configFile !== undefined && { configFile: resolve(configFile) }),
		holdMs: milliseconds("hold", options.hold ?? (during ? "0" : "1m"), durationOrZero),
		timeoutMs: milliseconds("timeout", options.timeout ?? "1h", positiveDuration),
		...(program && { program }),
	};
}

function milliseconds(name: string, text: string, grammar: Grammar): number {
	if (!grammar.accepts(text)) throw new OptionError(`${name}: ${quote(text)} is not ${grammar.name}; ${grammar.hint}`);
	const parsed = parseDuration(text) ?? 0;
	if (parsed > longestMs) throw new OptionError(`${name}: ${quote(text)} is too long; use at most "596h"`);
	return parsed;
}

function isFolder(path: string): boolean {
	return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
