import { isObject, type Json, type JsonObject } from "./json.ts";
import { quantityValue } from "./quantity.ts";
import { hasUnknown } from "./values.ts";

/** One place at which two objects differ. */
export interface Change {
	path: (string | number)[];
	kind: "add" | "delete" | "update";
}

/**
 * Where `after` differs from `before`, down to single values. An empty object or list in `after` and none in `before` is no
 * difference, because the API server drops them; two spellings of one quantity are none either. A value that is not known
 * yet counts as different.
 */
export function changes(before: JsonObject, after: JsonObject): Change[] {
	return [...between(before, after, [])];
}

function* between(before: Json | undefined, after: Json | undefined, path: Change["path"]): Generator<Change> {
	if (isAbsent(after)) {
		if (!isAbsent(before)) yield* leaves(before, path, "delete");
	} else if (isAbsent(before)) {
		yield* leaves(after, path, "add");
	} else if (isObject(before) && isObject(after)) {
		for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
			yield* between(before[key], after[key], [...path, key]);
		}
	} else if (Array.isArray(before) && Array.isArray(after)) {
		for (let index = 0; index < Math.max(before.length, after.length); index++) {
			yield* between(before[index], after[index], [...path, index]);
		}
	} else if (!isSame(before, after, path)) {
		yield { path, kind: "update" };
	}
}

function* leaves(value: Json, path: Change["path"], kind: Change["kind"]): Generator<Change> {
	if (Array.isArray(value)) {
		for (const [index, item] of value.entries()) yield* leaves(item, [...path, index], kind);
	} else if (isObject(value)) {
		for (const [key, inner] of Object.entries(value)) yield* leaves(inner, [...path, key], kind);
	} else if (!isAbsent(value)) {
		yield { path, kind };
	}
}

function isAbsent(value: Json | undefined): value is null | undefined {
	return value === undefined || value === null;
}

function isSame(before: Json, after: Json, path: Change["path"]): boolean {
	if (before === after) return true;
	if (hasUnknown(after)) return false;
	const isQuantity = path[0] === "spec" && path.some((key) => quantities.has(String(key)));
	const value = isQuantity ? quantityValue(String(before)) : undefined;
	return value !== undefined && value === quantityValue(String(after));
}

/** The fields of a spec whose values, or whose values' values, are quantities. */
const quantities = new Set(["capacity", "divisor", "limits", "overhead", "requests", "sizeLimit"]);

/** A path in the form in which the engine shows it: `spec.ports[0].port`, `metadata.labels["example.com/a"]`. */
export function pathText(path: Change["path"]): string {
	return path.reduce<string>((text, key) => {
		if (typeof key === "number") return `${text}[${key}]`;
		if (/[."[\]]/.test(key)) return `${text}[${JSON.stringify(key)}]`;
		return text === "" ? key : `${text}.${key}`;
	}, "");
}
