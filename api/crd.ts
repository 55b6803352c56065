import type { Field } from "./field.ts";
import type { Kind } from "./kind.ts";
import { apiVersion, group, version } from "./names.ts";
import { conditionTypes } from "./status.ts";

/** A JSON Schema node of a CRD. */
export type JsonSchema = Record<string, unknown>;

/** The OpenAPI v3 (structural) schema of a field. */
export function jsonSchema(field: Field): JsonSchema {
	const { description } = field;
	switch (field.type) {
		case "string":
			return dropUndefined({
				type: "string",
				description,
				enum: field.enum,
				pattern: field.grammar?.pattern,
				maxLength: field.enum ? undefined : (field.grammar?.maxLength ?? field.maxLength),
				default: field.default,
			});
		case "integer":
			return dropUndefined({
				type: "integer",
				format: "int64",
				description,
				minimum: field.minimum,
				maximum: field.maximum,
				default: field.default,
			});
		case "boolean":
			return dropUndefined({ type: "boolean", description, default: field.default });
		case "array":
			return { type: "array", description, maxItems: field.maxItems, items: jsonSchema(field.items) };
		case "map":
			return {
				type: "object",
				description,
				maxProperties: field.maxProperties,
				additionalProperties: jsonSchema(field.values),
			};
		case "object": {
			const required = Object.entries(field.fields)
				.filter(([, child]) => child.required)
				.map(([name]) => name);
			return dropUndefined({
				type: "object",
				description,
				required: required.length > 0 ? required : undefined,
				properties: Object.fromEntries(Object.entries(field.fields).map(([name, child]) => [name, jsonSchema(child)])),
			});
		}
	}
}

/** The CustomResourceDefinition of a kind, ready for `kubectl apply --server-side`. */
export function crd(kind: Kind): JsonSchema {
	const singular = kind.kind.toLowerCase();
	return {
		apiVersion: "apiextensions.k8s.io/v1",
		kind: "CustomResourceDefinition",
		metadata: { name: `${kind.plural}.${group}` },
		spec: {
			group,
			scope: "Namespaced",
			names: { kind: kind.kind, listKind: `${kind.kind}List`, plural: kind.plural, singular },
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
	return {
		type: "object",
		description: `${kind.description} (${apiVersion})`,
		required: ["spec"],
		properties: {
			apiVersion: { type: "string" },
			kind: { type: "string" },
			metadata: { type: "object" },
			spec: {
				...jsonSchema(kind.spec),
				"x-kubernetes-validations": [
					{
						rule: "self == oldSelf",
						message:
							"the spec of an experiment can't change; delete it and create it anew (the fault is recovered first)",
					},
				],
			},
			status: statusSchema,
		},
	};
}

function printerColumns(kind: Kind): JsonSchema[] {
	const condition = (type: string): string => `.status.conditions[?(@.type=="${type}")].status`;
	return [
		{ name: kind.discriminant, type: "string", jsonPath: `.spec.${kind.discriminant}` },
		{ name: "duration", type: "string", jsonPath: ".spec.duration" },
		{ name: "injected", type: "string", jsonPath: condition("AllInjected") },
		{ name: "recovered", type: "string", jsonPath: condition("AllRecovered") },
		{ name: "age", type: "date", jsonPath: ".metadata.creationTimestamp" },
	];
}

const text = { type: "string" };
const count = { type: "integer", format: "int64" };
const object = (required: string[], properties: JsonSchema): JsonSchema => ({ type: "object", required, properties });
const list = (items: JsonSchema): JsonSchema => ({ type: "array", items });

const statusSchema = object(["experiment"], {
	conditions: list(
		object(["type", "status"], {
			type: { type: "string", enum: [...conditionTypes] },
			status: { type: "string", enum: ["True", "False"] },
			reason: text,
			message: text,
			lastTransitionTime: { type: "string", format: "date-time" },
		}),
	),
	reinjected: text,
	experiment: {
		type: "object",
		properties: {
			desiredPhase: { type: "string", enum: ["Run", "Stop"] },
			containerRecords: list(
				object(["id", "selectorKey", "phase", "injectedCount", "recoveredCount"], {
					id: text,
					selectorKey: text,
					phase: { type: "string", enum: ["Not Injected", "Not Injected/Wait", "Injected/Wait", "Injected"] },
					injectedCount: count,
					recoveredCount: count,
					node: text,
					podUid: text,
					reason: text,
					message: text,
					events: list(
						object(["type", "operation", "timestamp"], {
							type: { type: "string", enum: ["Succeeded", "Failed"] },
							operation: { type: "string", enum: ["Apply", "Recover"] },
							message: text,
							timestamp: { type: "string", format: "date-time" },
						}),
					),
				}),
			),
		},
	},
});

function dropUndefined(schema: JsonSchema): JsonSchema {
	return Object.fromEntries(Object.entries(schema).filter(([, value]) => value !== undefined));
}
