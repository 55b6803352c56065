import type { ValueOf } from "./field.ts";
import type { JsonSchema } from "./json-schema.ts";
import type { FaultKind } from "./kind.ts";
import { type OwnKind, ownDefinition, ownPath } from "./own-definition.ts";

const nodeReport = {
	kind: "NodeReport",
	plural: "nodereports",
	shortName: "nreport",
	description: "Which faults the chaos daemon of a node can put in place there; it is called as the node",
	spec: {
		type: "object",
		description: "What the daemon has found when it was last asked.",
		fields: {
			lacks: { type: "string", description: "Names of the faults that the node can't do, for people; empty: none." },
			faults: {
				type: "array",
				required: true,
				description: "Every fault that is done by nodes.",
				maxItems: 256,
				items: {
					type: "object",
					description: "A fault.",
					fields: {
						name: {
							type: "string",
							required: true,
							description: "Its kind, with the variant where the kind has some: `StressChaos`, `NetworkChaos/delay`.",
							maxLength: 126,
						},
						able: { type: "boolean", required: true, description: "Whether the node can do it." },
						why: {
							type: "string",
							description: "What is missing, and what to do; absent when nothing is.",
							maxLength: 4096,
						},
					},
				},
			},
		},
	},
	columns: ["lacks"],
} as const satisfies OwnKind;

/** Name of the kind. */
export const nodeReportKind = nodeReport.kind;
/** Its name in the API's paths. */
export const nodeReportPlural = nodeReport.plural;
/** Path of all of them; they are in no namespace. */
export const nodeReportsPath = ownPath(nodeReport);

/** What a node says of one fault. */
export type Ability = ValueOf<typeof nodeReport.spec.fields.faults.items>;

/** A report as the API server holds it. */
export interface NodeReport {
	/** Its name is that of the node. */
	metadata: { name: string };
	spec: ValueOf<typeof nodeReport.spec>;
}

/** The CustomResourceDefinition of a report. */
export function nodeReportDefinition(): JsonSchema {
	return ownDefinition(nodeReport);
}

/** What a fault is called in reports, by its spec or any other value that says which variant it is: `NetworkChaos/delay`. */
export function faultName(kind: FaultKind, spec: Readonly<Record<string, unknown>>): string {
	const { variants } = kind.spec;
	return variants ? `${kind.kind}/${spec[variants.by]}` : kind.kind;
}
