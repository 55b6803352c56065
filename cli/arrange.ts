import type { Field, ObjectField } from "../api/field.ts";
import { isObject } from "../api/json.ts";

/** What an object becomes in the program; gets it with its fields in order. */
type Put = (field: ObjectField, value: Record<string, unknown>) => unknown;

/**
 * Puts the fields of all objects in a value into the order in which one reads an experiment: what is done, to whom, how, and for
 * how long.
 */
export function arrange(field: Field, value: unknown, put: Put = (_, object) => object): unknown {
	if (field.type === "array" && Array.isArray(value)) return value.map((item) => arrange(field.items, item, put));
	if (field.type !== "object" || !isObject(value)) return value;
	const order = orderOf(field);
	const entries = Object.entries(value).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
	const arranged = entries.map(([name, child]) => {
		const schema = field.fields[name];
		return [name, schema ? arrange(schema, child, put) : child];
	});
	return put(field, Object.fromEntries(arranged));
}

/** Names of the fields of an object; what has no place of its own stands as in the schema. */
function orderOf({ fields, variants }: ObjectField): string[] {
	const first = ["name", variants?.by, "mode", "value", "selector"].filter((name) => name !== undefined);
	const rest = Object.keys(fields).filter((name) => !first.includes(name) && name !== "duration");
	return [...first, ...rest, "duration"];
}
