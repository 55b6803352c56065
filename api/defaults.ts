import type { Field, ObjectField } from "./field.ts";
import { isObject } from "./json.ts";
import { isGiven } from "./rule.ts";
import { protectedNamespace } from "./selector.ts";

/**
 * A value with the defaults of its schema filled in where it says nothing, as the API server and the webhook do on admission, and
 * its texts cut down to what is kept of them.
 *
 * @param namespace - the object's own, for fields that default to it
 */
export function fillDefaults(
	field: ObjectField,
	value: Readonly<Record<string, unknown>>,
	namespace: string,
): Record<string, unknown> {
	const filled = { ...value };
	for (const [name, child] of Object.entries(field.fields)) {
		const completed = complete(child, filled[name], namespace);
		if (completed !== undefined) filled[name] = completed;
	}
	return filled;
}

function complete(field: Field, present: unknown, namespace: string): unknown {
	if (field.type === "array" && field.defaultsToNamespace && !isGiven(present)) {
		// To be in this namespace is not to name it: filled in, nobody could tell the two apart any more.
		return namespace === protectedNamespace ? present : [namespace];
	}
	if (present === undefined) return "default" in field ? field.default : undefined;
	if (field.type === "string" && typeof present === "string") return field.grammar?.kept?.(present) ?? present;
	if (field.type === "object" && isObject(present)) return fillDefaults(field, present, namespace);
	if (field.type === "array" && Array.isArray(present)) {
		return present.map((item) => complete(field.items, item, namespace));
	}
	return present;
}
