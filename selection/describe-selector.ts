import { quote } from "../api/problem.ts";
import type { Selector } from "../api/selector.ts";
import { plural } from "../api/wording.ts";
import { namesPods, namespacesOf } from "./match.ts";

/** Items of a list that are shown; how many more there are is said. */
const shown = 5;

/** The selector in words, for messages: `pods with label app="web" in phase "Running" in namespace "shop"`. */
export function describeSelector(selector: Selector, own: string): string {
	if (namesPods(selector)) {
		return Object.entries(selector.pods)
			.map(([namespace, names]) => `pods ${list(names)} in namespace ${quote(namespace)}`)
			.join(" and ");
	}
	const namespaces = namespacesOf(selector, own);
	const having = [
		...pairs("label", selector.labelSelectors),
		...(selector.expressionSelectors ?? []).map(expression),
		...pairs("annotation", selector.annotationSelectors),
		...pairs("field", selector.fieldSelectors),
	];
	return [
		having.length > 0 ? `pods with ${having.join(" and ")}` : "pods",
		...phases(selector.podPhaseSelectors ?? []),
		...nodes(selector),
		`in ${plural(namespaces.length, "namespace")} ${list(namespaces)}`,
	].join(" ");
}

function pairs(what: string, wanted: Readonly<Record<string, string>> = {}): string[] {
	const all = Object.entries(wanted).map(([name, value]) => `${name}=${quote(value)}`);
	return all.length > 0 ? [`${plural(all.length, what)} ${all.join(" and ")}`] : [];
}

function expression({ key, operator, values = [] }: NonNullable<Selector["expressionSelectors"]>[number]): string {
	switch (operator) {
		case "In":
			return `label ${key} in (${list(values)})`;
		case "NotIn":
			return `label ${key} not in (${list(values)})`;
		case "Exists":
			return `a label ${key}`;
		case "DoesNotExist":
			return `no label ${key}`;
	}
}

function phases(selected: readonly string[]): string[] {
	const named = selected.filter((phase) => !phase.startsWith("!"));
	const left = selected.filter((phase) => phase.startsWith("!")).map((phase) => phase.slice(1));
	return [
		...(named.length > 0 ? [`in ${plural(named.length, "phase")} ${list(named)}`] : []),
		...(left.length > 0 ? [`not in ${plural(left.length, "phase")} ${list(left)}`] : []),
	];
}

function nodes({ nodes: names = [], nodeSelectors }: Selector): string[] {
	const either = [
		...(names.length > 0 ? [`${plural(names.length, "node")} ${list(names)}`] : []),
		...pairs("label", nodeSelectors).map((labels) => `a node with ${labels}`),
	];
	return either.length > 0 ? [`on ${either.join(" or ")}`] : [];
}

function list(names: readonly string[]): string {
	const quoted = names.slice(0, shown).map((name) => quote(name));
	return names.length > shown ? `${quoted.join(", ")} and ${names.length - shown} more` : quoted.join(", ");
}
