import { isObject } from "../../api/json.ts";
import { quote } from "../../api/problem.ts";
import { isGiven } from "../../api/rule.ts";
import type { PodSelector, Selector } from "../../api/selector.ts";
import type { PolicyExperiment } from "./experiment.ts";

/** Pods that an experiment asks for on one of its sides. */
export interface Selection {
	experiment: PolicyExperiment;
	/** As the program has it. */
	side: PodSelector;
	namespaces: readonly string[];
	labels: Readonly<Record<string, string>>;
	/** All else that the selector says, as text that is the same for the same. */
	rest: string;
}

/** Both sides of experiments. */
export function selectionsOf(experiments: readonly PolicyExperiment[]): Selection[] {
	return experiments.flatMap((experiment) => {
		const { target } = experiment.spec;
		const sides = [experiment.spec, ...(isObject(target) ? [target] : [])] as unknown as PodSelector[];
		return sides.map((side) => selectionOf(experiment, side));
	});
}

function selectionOf(experiment: PolicyExperiment, side: PodSelector): Selection {
	const { namespaces, labelSelectors = {}, ...rest } = side.selector;
	const named = isGiven(rest.pods) ? { pods: rest.pods } : rest;
	return {
		experiment,
		side,
		namespaces: namespaces?.length ? [...new Set(namespaces)].sort() : [experiment.namespace],
		labels: isGiven(rest.pods) ? {} : labelSelectors,
		rest: ordered(Object.fromEntries(Object.entries(named).filter(([, value]) => isGiven(value)))),
	};
}

/** The same for two selections that ask for the same pods in the same words. */
export function keyOf({ namespaces, labels, rest }: Selection): string {
	return ordered([namespaces, labels, rest]);
}

/**
 * Whether two selections meet in pods, as far as their words tell: one asks for no more than the other does, of labels, and for the same of
 * all else. What different labels have in common only the cluster knows.
 */
export function meet(one: Selection, other: Selection): boolean {
	const [names, others] = [one.side.selector.pods, other.side.selector.pods];
	if (isGiven(names) || isGiven(others)) return shareNames(names, others);
	const together = one.namespaces.some((namespace) => other.namespaces.includes(namespace));
	return together && one.rest === other.rest && (within(one.labels, other.labels) || within(other.labels, one.labels));
}

/** The pods in words: `app=front in "shop"`. */
export function describePods({ namespaces, labels, side: { selector } }: Selection): string {
	if (isGiven(selector.pods)) return `the pods ${quote(selector.pods)}`;
	const wanted = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
	const where = namespaces.map((namespace) => quote(namespace)).join(" and ");
	return `${wanted.length > 0 ? wanted.join(",") : "all pods"} in ${where}`;
}

function shareNames(names: Selector["pods"] = {}, others: Selector["pods"] = {}): boolean {
	return Object.entries(names).some(([namespace, list]) => list.some((name) => others[namespace]?.includes(name)));
}

function within(few: Selection["labels"], many: Selection["labels"]): boolean {
	return Object.entries(few).every(([key, value]) => many[key] === value);
}

/** JSON with the keys of all objects in order. */
function ordered(value: unknown): string {
	return JSON.stringify(value, (_key, part: unknown) =>
		isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
	);
}
