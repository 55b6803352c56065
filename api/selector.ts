import type { ValueOf } from "./field.ts";
import { labelValue, namespaceName, objectName } from "./names.ts";

/** Fields that say which pods an experiment may hit. All that are given must hold. */
export const selector = {
	type: "object",
	required: true,
	description: "Which pods may be hit. All fields that are given must hold.",
	fields: {
		namespaces: {
			type: "array",
			description: "Namespaces to look in; default: the namespace of the experiment.",
			maxItems: 128,
			items: { type: "string", description: "Name of a namespace.", grammar: namespaceName },
		},
		labelSelectors: {
			type: "map",
			description: "Labels that a pod must have, with exactly these values.",
			maxProperties: 64,
			values: { type: "string", description: "Value of the label.", grammar: labelValue },
		},
		pods: {
			type: "map",
			description: "Pods by name, listed by namespace. When given, the other fields are not looked at.",
			maxProperties: 128,
			values: {
				type: "array",
				description: "Names of pods in this namespace.",
				maxItems: 1024,
				items: { type: "string", description: "Name of a pod.", grammar: objectName },
			},
		},
	},
} as const;

/** How many of the selected pods are hit. */
export const mode = {
	type: "string",
	required: true,
	description: "How many of the selected pods are hit: `one` at random, or `all`.",
	enum: ["one", "all"],
} as const;

/** A selector with its mode: what `NetworkChaos.spec.target` holds, and every experiment inlines. */
export const podSelector = {
	type: "object",
	description: "Pods on the other side of the fault.",
	fields: { selector, mode },
} as const;

/** Value of `selector`. */
export type Selector = ValueOf<typeof selector>;
/** Value of `mode`. */
export type Mode = ValueOf<typeof mode>;
/** Value of `podSelector`. */
export type PodSelector = ValueOf<typeof podSelector>;
