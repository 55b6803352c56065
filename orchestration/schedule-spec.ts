import { cron } from "../api/cron.ts";
import type { ObjectField } from "../api/field.ts";
import { embedded, embeddedFields, embeddedVariants } from "./embedded.ts";

const shared = ["schedule", "concurrencyPolicy", "startingDeadlineSeconds", "historyLimit"];

/** What a Schedule says of experiments: when, which, and what of the last ones. A Workflow holds such a spec too. */
export const scheduleSpec = {
	type: "object",
	description: "When an experiment is made, again and again, and which.",
	fields: {
		schedule: {
			type: "string",
			required: true,
			description: "When, as a cron expression in UTC unless a time zone stands before it: `0 3 * * MON-FRI`.",
			grammar: cron,
		},
		type: {
			type: "string",
			required: true,
			description: "What is made each time; its spec stands in the field of that name.",
			enum: embedded.map(({ kind }) => kind.kind),
		},
		concurrencyPolicy: {
			type: "string",
			description: "Whether the next one is made while one runs: `Forbid` waits for its end, `Allow` does not.",
			enum: ["Forbid", "Allow"],
			default: "Forbid",
		},
		startingDeadlineSeconds: {
			type: "integer",
			description: "How many seconds too late one may still be made; default: no limit.",
			minimum: 1,
			maximum: Number.MAX_SAFE_INTEGER,
		},
		historyLimit: {
			type: "integer",
			description: "How many that have ended are kept; default: none.",
			minimum: 1,
			maximum: 1024,
		},
		...embeddedFields,
	},
	variants: { by: "type", of: embeddedVariants, shared },
} satisfies ObjectField;
