import type { ObjectField } from "../api/field.ts";
import type { Kind } from "../api/kind.ts";
import { scheduleSpec } from "./schedule-spec.ts";
import { scheduleStatus } from "./status.ts";
import { workflowSpec } from "./workflow.ts";

const { fields, variants } = scheduleSpec;

const spec = {
	...scheduleSpec,
	required: true,
	fields: {
		...fields,
		type: { ...fields.type, enum: [...fields.type.enum, "Workflow"] },
		workflow: { ...workflowSpec, description: "Spec of a Workflow: which steps it has, and which is the first." },
	},
	variants: {
		...variants,
		of: { ...variants.of, Workflow: { description: "Makes a Workflow.", needs: ["workflow"], allows: [] } },
	},
} satisfies ObjectField;

/** Schedule: experiments or workflows that are made again and again. */
export const schedule = {
	kind: "Schedule",
	plural: "schedules",
	description: "Experiments or workflows that are made again and again.",
	spec,
	status: scheduleStatus,
	pending: true,
	holdsKinds: true,
	mutable: true,
} satisfies Kind;
