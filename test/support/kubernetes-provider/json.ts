/** A JSON value, as the Kubernetes API and Pulumi's wire format carry it. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
	[key: string]: Json;
}

/** Whether `value` is an object and no list. */
export function isObject(value: Json | undefined): value is JsonObject {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a path of keys below `value`; undefined when any of them is missing. */
export function at(value: Json | undefined, ...path: string[]): Json | undefined {
	return path.reduce<Json | undefined>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
}

/** The object at a path; empty when there is none. */
export function objectAt(value: Json | undefined, ...path: string[]): JsonObject {
	const found = at(value, ...path);
	return isObject(found) ? found : {};
}

/** The objects of the list at a path; empty when there is none. */
export function objectsAt(value: Json | undefined, ...path: string[]): JsonObject[] {
	const found = at(value, ...path);
	return Array.isArray(found) ? found.filter(isObject) : [];
}

/** The text at a path; empty when there is none. */
export function textAt(value: Json | undefined, ...path: string[]): string {
	const found = at(value, ...path);
	return typeof found === "string" ? found : "";
}

/** The number at a path; 0 when there is none, as Kubernetes leaves zeros out of a status. */
export function numberAt(value: Json | undefined, ...path: string[]): number {
	const found = at(value, ...path);
	return typeof found === "number" ? found : 0;
}
