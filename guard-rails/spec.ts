import { positiveDuration } from "../api/duration.ts";
import type { ObjectField, ValueOf } from "../api/field.ts";
import { environmentName, faultName, namespacePattern, timeOfDay, timeZone } from "./grammars.ts";

/** Days of the week, as windows name them. */
export const weekDays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;
/** One of the days. */
export type WeekDay = (typeof weekDays)[number];

const window = {
	type: "object",
	description: "A span of time that comes again.",
	fields: {
		days: {
			type: "array",
			description: "Days on which it begins; default: every day.",
			minItems: 1,
			maxItems: 7,
			items: { type: "string", description: "A day.", enum: weekDays },
		},
		from: { type: "string", required: true, description: 'When it begins: `"09:00"`.', grammar: timeOfDay },
		to: {
			type: "string",
			required: true,
			description: 'When it ends: `"17:00"`, or `"24:00"`. What is not after `from` is on the next day.',
			grammar: timeOfDay,
		},
		timeZone: {
			type: "string",
			description: "Where those are the times, such as `Europe/Berlin`; default: UTC.",
			grammar: timeZone,
		},
	},
} as const satisfies ObjectField;

/**
 * What chaos may do at most. One that says nothing allows everything; of several all hold. Each field here is a rule of its own: what
 * it refuses stands under the same name in `rules.ts` or `target-rules.ts`.
 */
export const guardRailsSpec = {
	type: "object",
	description: "What experiments may do at most; what is left out is not limited.",
	fields: {
		environment: {
			type: "string",
			description:
				"Name of the environment that the cluster is. A stack that says another one in `pulumi-chaos:environment` creates nothing here.",
			grammar: environmentName,
		},
		kinds: {
			type: "array",
			description: "Kinds that may be created, and of kinds with variants those: `StressChaos`, `NetworkChaos/delay`.",
			minItems: 1,
			maxItems: 128,
			items: { type: "string", description: "A kind, or a variant of it.", grammar: faultName },
		},
		namespaces: {
			type: "array",
			description: "Namespaces whose pods may be hit, on either side of a fault; `*` stands for any characters.",
			minItems: 1,
			maxItems: 128,
			items: { type: "string", description: "A namespace: `shop`, `team-*`.", grammar: namespacePattern },
		},
		maxShare: {
			type: "integer",
			description: "The largest share of the pods of one workload that one experiment may hit, in percent.",
			minimum: 1,
			maximum: 100,
		},
		maxTargets: {
			type: "integer",
			description: "How many pods one experiment may hit at most, both sides of a fault together.",
			minimum: 1,
			maximum: 100_000,
		},
		maxDuration: {
			type: "string",
			description: "How long a fault may stay at most. One that says no duration has that of the installation.",
			grammar: positiveDuration,
		},
		windows: {
			type: "array",
			description:
				"When faults may be in place: an experiment has to begin in a window and to end before that is over.",
			minItems: 1,
			maxItems: 32,
			items: window,
		},
		requireOwner: {
			type: "boolean",
			description: "An experiment has to say whose it is, in the annotation `pulumi-chaos.io/owner-team`.",
		},
		requireReason: {
			type: "boolean",
			description: "An experiment has to say what it is for, in the annotation `pulumi-chaos.io/reason`.",
		},
		requireProbe: {
			type: "boolean",
			description: "An experiment has to have a probe that ends the fault when the system is not well.",
		},
	},
} as const satisfies ObjectField;

/** Value of `guardRailsSpec`. */
export type GuardRailsSpec = ValueOf<typeof guardRailsSpec>;
/** One of its windows. */
export type Window = ValueOf<typeof window>;
