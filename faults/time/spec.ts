import { timeOffset } from "../../api/duration.ts";
import type { ObjectField, ValueOf } from "../../api/field.ts";
import { common, commonRules, containerNames, type FaultKind } from "../../api/kind.ts";

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
				enum: [
					"CLOCK_REALTIME",
					"CLOCK_MONOTONIC",
					"CLOCK_PROCESS_CPUTIME_ID",
					"CLOCK_THREAD_CPUTIME_ID",
					"CLOCK_MONOTONIC_RAW",
					"CLOCK_REALTIME_COARSE",
					"CLOCK_MONOTONIC_COARSE",
					"CLOCK_BOOTTIME",
					"CLOCK_REALTIME_ALARM",
					"CLOCK_BOOTTIME_ALARM",
				],
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
	pending: true,
	traits: { targets: "container", where: "node", oneShot: false },
} as const satisfies FaultKind;
