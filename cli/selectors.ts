import { isDeepStrictEqual } from "node:util";
import type { Field, ObjectField } from "../api/field.ts";
import { isObject } from "../api/json.ts";
import { selector } from "../api/selector.ts";
import { arrange } from "./arrange.ts";
import { Reference } from "./literal.ts";

/** A selector that occurs several times, and its constant in the program. */
export interface SharedSelector {
	name: string;
	value: Record<string, unknown>;
}

/** Finds the selectors that occur more than once in all these specs. One that selects everything is shorter than its name. */
export function sharedSelectors(specs: readonly { field: Field; value: unknown }[]): SharedSelector[] {
	const seen: { value: Record<string, unknown>; times: number }[] = [];
	for (const { field, value } of specs) {
		arrange(field, value, (schema, object) => {
			if (!isSelector(schema) || Object.keys(object).length === 0) return object;
			const known = seen.find((one) => isDeepStrictEqual(one.value, object));
			if (known) known.times++;
			else seen.push({ value: object, times: 1 });
			return object;
		});
	}
	const taken = new Set<string>();
	return seen
		.filter(({ times }) => times > 1)
		.map(({ value }) => ({ name: freeName(constantFor(value), taken), value }));
}

/** For {@link arrange}: puts constants in the place of the selectors that are shared. */
export function byReference(shared: readonly SharedSelector[]) {
	return (schema: ObjectField, object: Record<string, unknown>): unknown => {
		const found = isSelector(schema) ? shared.find(({ value }) => isDeepStrictEqual(value, object)) : undefined;
		return found ? new Reference(found.name) : object;
	};
}

function isSelector({ fields }: ObjectField): boolean {
	return fields === selector.fields;
}

/** Labels that say what a pod is, the most telling first. */
const telling = ["app", "app.kubernetes.io/name", "app.kubernetes.io/component", "k8s-app"];

/** `frontPods` of `{ labelSelectors: { app: "front" } }`. */
function constantFor({ labelSelectors, namespaces }: Record<string, unknown>): string {
	const labels = isObject(labelSelectors) ? labelSelectors : {};
	const [first] = Array.isArray(namespaces) ? namespaces : [];
	const label = telling.find((name) => labels[name]) ?? Object.keys(labels).find((name) => labels[name]);
	const words = String(label === undefined ? (first ?? "selected") : labels[label]).split(/[^A-Za-z0-9]+/);
	const camel = [...words, "pods"]
		.filter((word) => word !== "")
		.map((word, index) => (index === 0 ? lower(word) : upper(word)));
	const name = camel.join("");
	return /^\d/.test(name) ? `pods${name.slice(0, -"Pods".length)}` : name;
}

function freeName(name: string, taken: Set<string>): string {
	const free = [name, ...Array.from(taken, (_, index) => `${name}${index + 2}`)].find((one) => !taken.has(one)) ?? name;
	taken.add(free);
	return free;
}

const lower = (word: string): string => word.charAt(0).toLowerCase() + word.slice(1);
const upper = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
