import { timeOffset } from "../../api/duration.ts";
import type { ObjectField, ValueOf } from "../../api/field.ts";
import { common, commonRules, containerNames, type FaultKind } from "../../api/kind.ts";
import { clockNames } from "./clocks.ts";

const spec = {
	type: "object",
	required: true,
	description: "Which containers see a wrong time, by how much, and for how long.",
	fields: {
		...common,
		containerNames,
		timeOffset: {
			type: "string",
			required: true,
			description: "How far the clocks go ahead, or with `-` before it behind: `-10m`, `1h30m`.",
			grammar: timeOffset,
		},
		clockIds: {
			type: "array",
			description: "Clocks of Linux that are wrong: see `man 2 clock_gettime`.",
			maxItems: 10,
			default: ["CLOCK_REALTIME"],
			items: {
				type: "string",
				description: "Name of a clock.",
				enum: clockNames,
			},
		},
	},
	rules: commonRules,
} as const satisfies ObjectField;

/** `spec` of a TimeChaos. */
export type TimeChaosSpec = ValueOf<typeof spec>;

/** TimeChaos: containers whose clocks are wrong. */
export const timeChaos = {
	kind: "TimeChaos",
	plural: "timechaos",
	description: "Clocks of containers go ahead or behind.",
	spec,
	traits: { targets: "container", where: "node", oneShot: false },
} as const satisfies FaultKind;
