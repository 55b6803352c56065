import type { ObjectField } from "./field.ts";

/** A value with the defaults of its schema filled in where it says nothing, as the API server does on admission. */
export function fillDefaults(field: ObjectField, value: Readonly<Record<string, unknown>>): Record<string, unknown> {
	const filled = { ...value };
	for (const [name, child] of Object.entries(field.fields)) {
		const present = filled[name];
		if (present === undefined && "default" in child && child.default !== undefined) filled[name] = child.default;
		else if (child.type === "object" && typeof present === "object" && present !== null) {
			filled[name] = fillDefaults(child, present as Record<string, unknown>);
		}
	}
	return filled;
}
