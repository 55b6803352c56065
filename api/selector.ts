import type { ValueOf } from "./field.ts";
import type { Grammar } from "./grammar.ts";
import { labelKey, labelValue, namespaceName, objectName } from "./names.ts";
import type { Rule } from "./rule.ts";

/** Its pods keep the cluster going: chosen only when the experiment names the namespace. */
export const protectedNamespace = "kube-system";

/** Phases of a pod's life, as Kubernetes spells them. */
export const podPhases = ["Pending", "Running", "Succeeded", "Failed", "Unknown"] as const;

/** Fields of a pod that the API server can select by, and by which a selector may. */
export const podFields = [
	"metadata.name",
	"metadata.namespace",
	"spec.nodeName",
	"spec.restartPolicy",
	"spec.schedulerName",
	"spec.serviceAccountName",
	"status.phase",
	"status.podIP",
	"status.nominatedNodeName",
] as const;

const podField: Grammar = {
	name: "a field that pods can be selected by",
	hint: `use ${podFields.join(", ")}`,
	pattern: `^(${podFields.join("|").replaceAll(".", "\\.")})$`,
	maxLength: 63,
	accepts: (text) => (podFields as readonly string[]).includes(text),
};

const podPhase: Grammar = {
	name: "a phase of a pod",
	hint: `use ${podPhases.join(", ")}, or one of them with "!" before it to leave out the pods in it`,
	pattern: `^!?(${podPhases.join("|")})$`,
	maxLength: 10,
	type: "PodPhaseSelector",
	accepts: (text) => (podPhases as readonly string[]).includes(text.replace(/^!/, "")),
};

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
			defaultsToNamespace: true,
			items: { type: "string", description: "Name of a namespace.", grammar: namespaceName },
		},
		labelSelectors: {
			type: "map",
			description: "Labels that a pod must have, with exactly these values.",
			maxProperties: 64,
			keys: labelKey,
			values: { type: "string", description: "Value of the label.", grammar: labelValue },
		},
		expressionSelectors: {
			type: "array",
			description: "Requirements on labels, all of which a pod must meet.",
			maxItems: 32,
			items: {
				type: "object",
				description: "A requirement on one label.",
				fields: {
					key: { type: "string", required: true, description: "Name of the label.", grammar: labelKey },
					operator: {
						type: "string",
						required: true,
						description:
							"`In` and `NotIn` compare with `values`; `Exists` and `DoesNotExist` ask whether the label is there.",
						enum: ["In", "NotIn", "Exists", "DoesNotExist"],
					},
					values: {
						type: "array",
						description: "Values of the label; for `In` and `NotIn` only.",
						maxItems: 64,
						items: { type: "string", description: "A value of the label.", grammar: labelValue },
					},
				},
				rules: [
					{
						when: { field: "operator", is: ["In", "NotIn"] },
						must: { given: "values" },
						path: "values",
						message: "missing; the operators In and NotIn need at least one value to compare with",
					},
					{
						when: { field: "operator", is: ["Exists", "DoesNotExist"] },
						must: { not: { given: "values" } },
						path: "values",
						message: "{value} does not go with the operators Exists and DoesNotExist; leave values out",
					},
				],
			},
		},
		annotationSelectors: {
			type: "map",
			description: "Annotations that a pod must have, with exactly these values.",
			maxProperties: 64,
			keys: labelKey,
			values: { type: "string", description: "Value of the annotation.", grammar: labelValue },
		},
		fieldSelectors: {
			type: "map",
			description: `Fields that a pod must have, with exactly these values: ${podFields.join(", ")}.`,
			maxProperties: 16,
			keys: podField,
			values: { type: "string", description: "Value of the field.", maxLength: 253 },
		},
		nodes: {
			type: "array",
			description: "Names of nodes; a pod must run on one of them, or on one that `nodeSelectors` matches.",
			maxItems: 256,
			items: { type: "string", description: "Name of a node.", grammar: objectName },
		},
		nodeSelectors: {
			type: "map",
			description: "Labels of nodes; a pod must run on a node with all of them, or on one of `nodes`.",
			maxProperties: 64,
			keys: labelKey,
			values: { type: "string", description: "Value of the label.", grammar: labelValue },
		},
		podPhaseSelectors: {
			type: "array",
			description:
				"Phases of a pod's life: it must be in one of those named, and in none of those with `!` before it; default: `Running`.",
			maxItems: 10,
			items: { type: "string", description: "A phase, or one with `!` before it.", grammar: podPhase },
		},
		pods: {
			type: "map",
			description: "Pods by name, listed by namespace. When given, the other fields are not looked at.",
			maxProperties: 128,
			keys: namespaceName,
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
	description:
		"How many of the selected pods are hit: `one` at random, `all`, a number of them (`fixed`), a share of them (`fixed-percent`), or a random share up to a limit (`random-max-percent`). Number, share and limit stand in `value`; shares are rounded up.",
	enum: ["one", "all", "fixed", "fixed-percent", "random-max-percent"],
} as const;

/** What `mode` counts with. */
export const value = {
	type: "string",
	description:
		"For mode `fixed` the number of pods, above zero; for `fixed-percent` and `random-max-percent` the percentage, 1 to 100. Other modes do not look at it.",
	maxLength: 20,
} as const;

// A sign and leading zeros are what Go's strconv.Atoi takes, and so upstream.
const count = "^\\+?0*[1-9][0-9]{0,17}$";
const percentage = "^\\+?0*(100|[1-9][0-9]?)$";

/** What must hold between `mode` and `value`. */
export const modeRules: readonly Rule[] = [
	{
		when: { field: "mode", is: ["fixed"] },
		must: { field: "value", matches: count },
		path: "value",
		message: '{value} is not a number of pods; mode "fixed" needs a whole number above zero, as a text such as "2"',
	},
	{
		when: { field: "mode", is: ["fixed-percent", "random-max-percent"] },
		must: { field: "value", matches: percentage },
		path: "value",
		message:
			'{value} is not a percentage of pods; modes "fixed-percent" and "random-max-percent" need a whole number from 1 to 100, as a text such as "50"',
	},
];

/** A selector with its mode: what `NetworkChaos.spec.target` holds, and every experiment inlines. */
export const podSelector = {
	type: "object",
	description: "Pods on the other side of the fault.",
	fields: { selector, mode, value },
	rules: modeRules,
} as const;

/** Value of `selector`. */
export type Selector = ValueOf<typeof selector>;
/** Value of `mode`. */
export type Mode = ValueOf<typeof mode>;
/** Value of `podSelector`. */
export type PodSelector = ValueOf<typeof podSelector>;
