import { byteSize } from "../../api/byte-size.ts";
import type { Field, ObjectField, ValueOf } from "../../api/field.ts";
import { common, commonRules, containerNames, type FaultKind } from "../../api/kind.ts";

const workers = {
	type: "integer",
	required: true,
	description: "How many processes do it at once, in each container.",
	minimum: 1,
	maximum: 8192,
} as const satisfies Field;

const options = {
	type: "array",
	description: "More options of the program that does it, such as `--cpu-method`.",
	maxItems: 64,
	items: { type: "string", description: "An option, or the value of one.", maxLength: 256 },
} as const satisfies Field;

const stressors = {
	type: "object",
	required: true,
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
				options,
			},
		},
		memory: {
			type: "object",
			description: "Uses up memory.",
			fields: {
				workers,
				size: {
					type: "string",
					description:
						"How much memory all workers take together, such as `256MB`, or a share of all memory, such as `50%`; default: all that is free.",
					grammar: byteSize,
				},
				oomScoreAdj: {
					type: "integer",
					description: "How soon the kernel ends the workers when memory runs out: -1000 never, 1000 first.",
					minimum: -1000,
					maximum: 1000,
					default: 0,
				},
				options,
			},
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
			description: "Options of stress-ng as one text.",
			maxLength: 1024,
			refused: "use stressors with cpu or memory, and their options",
		},
	},
	rules: commonRules,
} as const satisfies ObjectField;

/** `spec` of a StressChaos. */
export type StressChaosSpec = ValueOf<typeof spec>;

/** StressChaos: containers that lack processor time or memory. */
export const stressChaos = {
	kind: "StressChaos",
	plural: "stresschaos",
	description: "Processor time or memory of containers is used up.",
	spec,
	pending: true,
	traits: { targets: "container", where: "node", oneShot: false },
} as const satisfies FaultKind;
