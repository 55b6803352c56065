import type { ObjectField } from "../api/field.ts";
import type { Kind } from "../api/kind.ts";
import { objectName } from "../api/names.ts";
import { auditTemplates } from "./references.ts";
import { workflowStatus } from "./status.ts";
import { template } from "./template.ts";

/** Steps of a workflow, and which is the first. */
export const workflowSpec = {
	type: "object",
	description: "Which steps there are, and which is the first.",
	fields: {
		entry: {
			type: "string",
			required: true,
			description: "Name of the template that is run first.",
			grammar: objectName,
		},
		templates: {
			type: "array",
			required: true,
			description: "The steps, in any order.",
			minItems: 1,
			maxItems: 512,
			items: template,
		},
	},
	audit: auditTemplates,
	withoutCel: "the rules of all kinds in a list of steps cost more than the API server allows",
} satisfies ObjectField;

/** Workflow: experiments, checks and tasks one after the other or at once. */
export const workflow = {
	kind: "Workflow",
	plural: "workflows",
	shortNames: ["wf"],
	description: "Experiments, checks and tasks, one after the other or at once.",
	spec: { ...workflowSpec, required: true },
	status: workflowStatus,
	pending: true,
	holdsKinds: true,
	mutable: true,
} satisfies Kind;
