import { type JsonSchema, jsonSchema } from "./json-schema.ts";
import type { Kind } from "./kind.ts";
import { apiVersion, group, version } from "./names.ts";
import { pendingMessage } from "./pending.ts";
import { statusSchema } from "./status-schema.ts";

/** The CustomResourceDefinition of a kind, ready for `kubectl apply --server-side`. */
export function crd(kind: Kind): JsonSchema {
	const singular = kind.kind.toLowerCase();
	const { plural, shortNames } = kind;
	return {
		apiVersion: "apiextensions.k8s.io/v1",
		kind: "CustomResourceDefinition",
		metadata: { name: `${plural}.${group}` },
		spec: {
			group,
			scope: "Namespaced",
			names: { kind: kind.kind, listKind: `${kind.kind}List`, plural, singular, ...(shortNames && { shortNames }) },
			versions: [
				{
					name: version,
					served: true,
					storage: true,
					subresources: { status: {} },
					additionalPrinterColumns: printerColumns(kind),
					schema: { openAPIV3Schema: objectSchema(kind) },
				},
			],
		},
	};
}

function objectSchema(kind: Kind): JsonSchema {
	const spec = jsonSchema(kind.spec, { inside: kind.holdsKinds === true });
	const rules = [...wholeSpecRules(kind), ...((spec["x-kubernetes-validations"] as JsonSchema[] | undefined) ?? [])];
	return {
		type: "object",
		description: `${kind.description} (${apiVersion})`,
		required: ["spec"],
		properties: {
			apiVersion: { type: "string" },
			kind: { type: "string" },
			metadata: { type: "object" },
			spec: { ...spec, ...(rules.length > 0 && { "x-kubernetes-validations": rules }) },
			status: kind.status ?? statusSchema,
		},
	};
}

function wholeSpecRules({ kind, mutable, pending }: Kind): JsonSchema[] {
	const immutable = {
		rule: "self == oldSelf",
		message: "the spec of an experiment can't change; delete it and create it anew (the fault is recovered first)",
	};
	// Objects that are there already (another system's, or a later version's) can still be changed and deleted.
	const refused = { rule: "oldSelf.hasValue()", optionalOldSelf: true, message: pendingMessage(kind) };
	return [...(mutable ? [] : [immutable]), ...(pending ? [refused] : [])];
}

function printerColumns({ spec, status }: Kind): JsonSchema[] {
	const age = { name: "age", type: "date", jsonPath: ".metadata.creationTimestamp" };
	if (status) return [age];
	const condition = (type: string): string => `.status.conditions[?(@.type=="${type}")].status`;
	const by = spec.variants?.by;
	return [
		...(by === undefined ? [] : [{ name: by, type: "string", jsonPath: `.spec.${by}` }]),
		{ name: "duration", type: "string", jsonPath: ".spec.duration" },
		{ name: "injected", type: "string", jsonPath: condition("AllInjected") },
		{ name: "recovered", type: "string", jsonPath: condition("AllRecovered") },
		{ name: "verdict", type: "string", jsonPath: ".status.verdict" },
		age,
	];
}
