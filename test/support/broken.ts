import fc, { type Arbitrary } from "fast-check";
import { isObject } from "../../api/json.ts";

/** Values of JSON that fit hardly anywhere. No null: the API server drops it before it looks. */
const junk = fc.constantFrom<unknown>(
	...["", "x", "150", "-5ms", "1e3", "0", "a b", "ä".repeat(20), "x".repeat(5000)],
	...[0, -1, 1.5, 70_000, 2 ** 53, true, false],
	...[[], [""], [1], ["x", "x", "x"], {}, { x: "y" }],
);

/** Names of fields that are not there, can't be used, or stand in some places only. */
const names = fc.constantFrom("addition", "remoteCluster", "value", "duration", "code", "workflow");

/** The same value with something wrong in one place: a part left out, replaced or added. */
export function broken(value: unknown): Arbitrary<unknown> {
	const places = placesOf(value);
	return fc
		.tuple(fc.constantFrom(...places), fc.constantFrom("drop", "replace", "add"), names, junk)
		.map(([place, how, name, part]) => {
			const copy = structuredClone(value);
			const parent = place.slice(0, -1).reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], copy);
			const key = place.at(-1) ?? "";
			if (Array.isArray(parent)) {
				if (how === "drop") parent.splice(Number(key), 1);
				else if (how === "add") parent.push(part);
				else parent[Number(key)] = part;
			} else if (isObject(parent)) {
				if (how === "drop") delete parent[key];
				else parent[how === "add" ? name : key] = part;
			}
			return copy;
		});
}

/** Paths of all parts of a value. */
export function placesOf(value: unknown, at: readonly string[] = []): (readonly string[])[] {
	if (typeof value !== "object" || value === null) return [];
	return Object.entries(value).flatMap(([key, child]) => [[...at, key], ...placesOf(child, [...at, key])]);
}
