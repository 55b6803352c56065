import type { Field, ObjectField } from "./field.ts";
import { isObject } from "./json.ts";
import { isGiven } from "./rule.ts";

/**
 * A value without the fields that say nothing: null, and a text, list or object that is empty, mean the same as none. Required
 * ones stay when they are empty (`selector: {}` selects all pods), and so do the entries of maps (a label may have an empty value).
 */
export function clean(field: ObjectField, value: Readonly<Record<string, unknown>>): Record<string, unknown> {
	const cleaned = Object.entries(value).map(([name, child]) => {
		const schema = field.fields[name];
		return [name, schema ? cleanField(schema, child) : child] as const;
	});
	return Object.fromEntries(
		cleaned.filter(([name, child]) => child !== null && (field.fields[name]?.required || isGiven(child))),
	);
}

function cleanField(field: Field, value: unknown): unknown {
	if (field.type === "object" && isObject(value)) return clean(field, value);
	if (field.type === "array" && Array.isArray(value)) return value.map((item) => cleanField(field.items, item));
	return value;
}
