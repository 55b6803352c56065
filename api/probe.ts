import { durationFrom } from "./duration.ts";
import type { Field, ObjectField, ValueOf } from "./field.ts";
import { namespaceName } from "./names.ts";
import { probeTypes } from "./probe-types.ts";
import type { Variants } from "./variants.ts";

/** When a probe is looked at. */
export const probeStages = ["before", "during", "after"] as const;

/** What is asked, and how. */
export const question = {
	type: {
		type: "string",
		required: true,
		description: "What is asked, and how: in the field of that name.",
		enum: Object.keys(probeTypes) as (keyof typeof probeTypes)[],
	},
	...probeTypes,
} as const satisfies Record<string, Field>;

/** How often it is asked, and how many failures are borne. */
export const pace = {
	interval: {
		type: "string",
		description: "Time from the beginning of one look to that of the next.",
		grammar: durationFrom("1s", "1h"),
		default: "5s",
	},
	timeout: {
		type: "string",
		description: "Longest time that one look may take; what takes longer has failed.",
		grammar: durationFrom("1ms", "1m"),
		default: "1s",
	},
	tolerance: {
		type: "integer",
		description: "How many looks in a row may fail; with one more the probe has failed.",
		minimum: 0,
		maximum: 1000,
		default: 0,
	},
} as const satisfies Record<string, Field>;

/** What belongs to which type of probe. */
export const probeVariants = {
	by: "type",
	of: {
		http: { description: "Sends a request of HTTP.", needs: ["http"], allows: [] },
		tcp: { description: "Opens a connection of TCP.", needs: ["tcp"], allows: [] },
		grpc: { description: "Asks the health protocol of gRPC.", needs: ["grpc"], allows: [] },
		command: { description: "Runs a command in a pod.", needs: ["command"], allows: [] },
		object: { description: "Reads an object of Kubernetes.", needs: ["object"], allows: [] },
		prometheus: { description: "Asks Prometheus for a number.", needs: ["prometheus"], allows: [] },
	},
	shared: Object.keys(pace),
} as const satisfies Variants;

/** A question to the system whose answer says whether it is well. */
export const probe = {
	type: "object",
	description: "A question to the system whose answer says whether it is well.",
	fields: {
		name: {
			type: "string",
			required: true,
			description:
				"What it is called, in the status and in messages. No two probes of an experiment have the same name.",
			grammar: { ...namespaceName, name: "the name of a probe" },
		},
		...question,
		when: {
			type: "array",
			description:
				"`before`: nothing is injected until it has passed, and nothing at all when it fails. `during`: from the first injection until the recovery begins; when it fails, the fault is recovered at once and the experiment is aborted. `after`: once the fault is recovered; when it fails, the system has not come back.",
			minItems: 1,
			maxItems: 3,
			items: { type: "string", description: "A part of the experiment.", enum: probeStages },
			default: probeStages,
		},
		...pace,
	},
	variants: { ...probeVariants, shared: ["name", "when", ...probeVariants.shared] },
	openInside:
		"described once for each of the kinds in them, the definitions of Schedule and Workflow would be too large",
	withoutCel: "a list of objects with six variants, in every kind, costs more than the API server allows",
} as const satisfies ObjectField;

/** The field of an experiment that holds its probes. */
export const probes = {
	type: "array",
	description: "Questions to the system whose answers say whether it stays well; its verdict follows from them.",
	maxItems: 16,
	keyedBy: "name",
	items: probe,
} as const satisfies Field;

/** Value of `probe`, as users write it. */
export type Probe = ValueOf<typeof probe>;
/** A part of an experiment in which probes are looked at. */
export type ProbeStage = (typeof probeStages)[number];
