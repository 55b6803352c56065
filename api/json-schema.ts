import { celRules } from "./cel.ts";
import type { Field, ObjectField, StringField } from "./field.ts";

/** A JSON Schema node of a CRD. */
export type JsonSchema = Record<string, unknown>;

/** How a schema is written. */
export interface SchemaOptions {
	/** Write rules as CEL; default true. */
	cel?: boolean;
	/** The schema is of a kind that holds other kinds; default false. */
	inside?: boolean;
}

/** The OpenAPI v3 (structural) schema of a field, with CEL rules for what a schema can't say. */
export function jsonSchema(field: Field, options: SchemaOptions = {}): JsonSchema {
	if (isOpen(field, options)) return anyObject(field);
	const cel = options.cel !== false && !(field.type === "object" && field.withoutCel);
	const rules = cel ? celRules(field) : [];
	return dropUndefined({
		...shape(field, { ...options, cel }),
		"x-kubernetes-validations": rules.length > 0 ? rules : undefined,
	});
}

function shape(field: Field, options: SchemaOptions): JsonSchema {
	const { description } = field;
	switch (field.type) {
		case "string":
			return stringSchema(field);
		case "integer":
			return {
				type: "integer",
				format: "int64",
				description,
				minimum: field.minimum,
				maximum: field.maximum,
				default: field.default,
			};
		case "boolean":
			return { type: "boolean", description, default: field.default };
		case "array":
			return {
				type: "array",
				description,
				minItems: field.minItems,
				maxItems: field.maxItems,
				items: jsonSchema(field.items, options),
				default: field.default,
				...(field.keyedBy !== undefined &&
					!isOpen(field.items, options) && {
						"x-kubernetes-list-type": "map",
						"x-kubernetes-list-map-keys": [field.keyedBy],
					}),
			};
		case "map":
			return {
				type: "object",
				description,
				maxProperties: field.maxProperties,
				additionalProperties: jsonSchema(field.values, options),
			};
		case "object":
			return objectSchema(field, options);
		case "json":
			return anyObject(field);
	}
}

function isOpen(field: Field, { inside }: SchemaOptions): boolean {
	return inside === true && field.type === "object" && field.openInside !== undefined;
}

function anyObject({ description }: Field): JsonSchema {
	return { type: "object", description, "x-kubernetes-preserve-unknown-fields": true };
}

function stringSchema(field: StringField): JsonSchema {
	return {
		type: "string",
		description: field.description,
		enum: field.enum,
		pattern: field.grammar?.pattern,
		maxLength: field.enum ? undefined : (field.grammar?.maxLength ?? field.maxLength),
		default: field.default,
	};
}

function objectSchema({ description, fields }: ObjectField, options: SchemaOptions): JsonSchema {
	const entries = Object.entries(fields);
	const required = entries.filter(([, child]) => child.required).map(([name]) => name);
	return {
		type: "object",
		description,
		required: required.length > 0 ? required : undefined,
		properties: Object.fromEntries(entries.map(([name, child]) => [name, jsonSchema(child, options)])),
	};
}

function dropUndefined(schema: JsonSchema): JsonSchema {
	return Object.fromEntries(Object.entries(schema).filter(([, value]) => value !== undefined));
}
