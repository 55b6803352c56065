import { durationOrZero, positiveDuration } from "../../api/duration.ts";
import type { Field, ObjectField } from "../../api/field.ts";
import { percentage, percentageOrNothing } from "../../api/percentage.ts";
import { rate } from "../../api/rate.ts";
import type { Rule } from "../../api/rule.ts";

/** Bounds of whole numbers that the kernel holds in 32 bits. */
const bytes = { minimum: 1, maximum: 4_294_967_295 } as const;

const correlation = {
	type: "string",
	description: "How much what happens to a packet depends on the packet before it, in percent.",
	grammar: percentageOrNothing,
	default: "0",
} as const satisfies Field;

const share = (description: string) =>
	({ type: "string", required: true, description, grammar: percentage }) as const satisfies Field;

const speed = {
	type: "string",
	required: true,
	description: "The rate: `1mbit` is a million bits a second, `1mbps` a million bytes.",
	grammar: rate,
} as const satisfies Field;

const delay = {
	type: "object",
	description: "How long packets are held back.",
	fields: {
		latency: {
			type: "string",
			required: true,
			description: "How long each packet is held back.",
			grammar: positiveDuration,
		},
		correlation,
		jitter: {
			type: "string",
			description: "By how much the latency varies at random, up and down.",
			grammar: durationOrZero,
			default: "0ms",
		},
		reorder: {
			type: "object",
			description: "Lets some packets overtake those that are held back.",
			fields: {
				reorder: share("Percentage of packets that are sent at once."),
				correlation,
				gap: {
					type: "integer",
					required: true,
					description: "Only every n-th packet may overtake; 0 and 1: any.",
					minimum: 0,
					maximum: 4_294_967_295,
				},
			},
		},
	},
} as const satisfies ObjectField;

const bandwidth = {
	type: "object",
	description: "A bucket of tokens that packets need to pass, as `tc-tbf` has it.",
	fields: {
		rate: speed,
		limit: {
			type: "integer",
			required: true,
			description: "Bytes that may wait for tokens; what comes on top is dropped.",
			...bytes,
		},
		buffer: {
			type: "integer",
			required: true,
			description: "Size of the bucket in bytes: how much may pass at once.",
			...bytes,
		},
		peakrate: {
			type: "integer",
			description: "Highest rate at which the bucket is emptied, in bytes a second; goes with `minburst`.",
			minimum: 0,
			maximum: Number.MAX_SAFE_INTEGER,
		},
		minburst: {
			type: "integer",
			description: "Size of the bucket for `peakrate` in bytes: at least the MTU of the device.",
			minimum: 0,
			maximum: 4_294_967_295,
		},
	},
	rules: [needsOther("peakrate", "minburst"), needsOther("minburst", "peakrate")],
} as const satisfies ObjectField;

function needsOther(given: string, other: string): Rule {
	return { when: { given }, must: { given: other }, path: other, message: `missing; ${given} needs it` };
}

/** What can be done to packets besides dropping them all: each the payload of the action of its name. */
export const shaping = {
	delay,
	loss: {
		type: "object",
		description: "Packets that are lost.",
		fields: { loss: share("Percentage of packets that are lost."), correlation },
	},
	duplicate: {
		type: "object",
		description: "Packets that arrive twice.",
		fields: { duplicate: share("Percentage of packets that arrive twice."), correlation },
	},
	corrupt: {
		type: "object",
		description: "Packets that arrive with a wrong bit.",
		fields: { corrupt: share("Percentage of packets with a wrong bit."), correlation },
	},
	rate: { type: "object", description: "How fast packets may be sent.", fields: { rate: speed } },
	bandwidth,
} as const satisfies Record<string, Field>;

/** Fields of `shaping` that can be combined in one experiment. */
export const combined = ["delay", "loss", "duplicate", "corrupt", "rate"] as const satisfies (keyof typeof shaping)[];

/** What holds between the fields. */
export const shapingRules: readonly Rule[] = [
	{
		when: { field: "action", is: ["netem"] },
		must: { any: combined.map((given) => ({ given })) },
		path: "action",
		message: `{value} needs at least one of ${combined.join(", ")}`,
	},
];
