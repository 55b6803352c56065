import { byteSize } from "../../api/byte-size.ts";
import type { Audit, Field, ObjectField, ValueOf } from "../../api/field.ts";
import { common, commonRules, containerNames, type FaultKind } from "../../api/kind.ts";
import { cpuProblem, growthOf, type WordProblem } from "./options.ts";
import { stressngText } from "./stressng-text.ts";
import { cpuOptions } from "./stressors.ts";

const workers = {
	type: "integer",
	required: true,
	description: "How many processes do it at once, in each container.",
	minimum: 1,
	maximum: 8192,
} as const satisfies Field;

const options = (description: string) =>
	({
		type: "array",
		description,
		maxItems: 64,
		items: { type: "string", description: "An option, or the value of one.", maxLength: 256 },
	}) as const satisfies Field;

/** Looks at the entries of `options`, as far as they are known. */
function auditOptions(problem: (words: readonly string[]) => WordProblem | undefined): Audit {
	return ({ options: given }, isUnknown) => {
		if (!Array.isArray(given) || !given.every((word) => typeof word === "string" && !isUnknown(word))) return [];
		const found = problem(given);
		return found ? [{ path: `options[${found.index}]`, message: found.message }] : [];
	};
}

const withoutCel = "which options there are, and which of them take a value";

const growthProblem = (words: readonly string[]): WordProblem | undefined => {
	const growth = growthOf(words);
	return typeof growth === "number" ? undefined : growth;
};

const stressors = {
	type: "object",
	description: "What is used up: processor time, memory, or both.",
	fields: {
		cpu: {
			type: "object",
			description: "Uses up processor time.",
			fields: {
				workers,
				load: {
					type: "integer",
					description: "Percentage of one processor that each worker uses; default: 100.",
					minimum: 0,
					maximum: 100,
				},
				options: options("More options of stress-ng: `--cpu-method` and `--cpu-load-slice`, each with its value."),
			},
			withoutCel,
			audit: auditOptions((words) => cpuProblem(words, cpuOptions)),
		},
		memory: {
			type: "object",
			description: "Uses up memory.",
			fields: {
				workers,
				size: {
					type: "string",
					description:
						"How much memory all workers take together, such as `256MB`, or a share, such as `50%`, of the container's limit (without one, of the node's memory); default: nearly all that is free.",
					grammar: byteSize,
				},
				oomScoreAdj: {
					type: "integer",
					description:
						"How soon the kernel ends the workers when memory runs out: -1000 never, 1000 first; default: 1000, before the container's own processes.",
					minimum: -1000,
					maximum: 1000,
				},
				options: options("`--time` with a duration, such as `30s`: memory is taken little by little until then."),
			},
			withoutCel,
			audit: auditOptions(growthProblem),
		},
	},
	rules: [
		{
			must: { any: [{ given: "cpu" }, { given: "memory" }] },
			path: "cpu",
			message: "missing; say what is used up by cpu, memory or both",
		},
	],
} as const satisfies ObjectField;

const spec = {
	type: "object",
	required: true,
	description: "Which containers are put under stress, how, and for how long.",
	fields: {
		...common,
		containerNames,
		stressors,
		stressngStressors: {
			type: "string",
			description: "Other stressors of stress-ng, with their options, as one text: `--matrix 2 --matrix-size 64`.",
			grammar: stressngText,
		},
	},
	rules: [
		...commonRules,
		{
			must: { any: [{ given: "stressors" }, { given: "stressngStressors" }] },
			path: "stressors",
			message: "missing; say what is used up by stressors or stressngStressors",
		},
		{
			when: { given: "stressors" },
			must: { not: { given: "stressngStressors" } },
			path: "stressngStressors",
			message: "{value} does not go with stressors; use one of the two, or two experiments",
		},
	],
} as const satisfies ObjectField;

/** `spec` of a StressChaos. */
export type StressChaosSpec = ValueOf<typeof spec>;

/** StressChaos: containers that lack processor time or memory. */
export const stressChaos = {
	kind: "StressChaos",
	plural: "stresschaos",
	description: "Processor time or memory of containers is used up.",
	spec,
	traits: { targets: "container", where: "node", oneShot: false },
} as const satisfies FaultKind;
