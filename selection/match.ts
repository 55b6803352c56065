import type { Selector } from "../api/selector.ts";
import type { Pod } from "./pod.ts";

type Expression = NonNullable<Selector["expressionSelectors"]>[number];

/** Whether pods are listed by name, in which case no other field of the selector is looked at. */
export function namesPods(selector: Selector): selector is Selector & Required<Pick<Selector, "pods">> {
	return selector.pods !== undefined && Object.keys(selector.pods).length > 0;
}

/** Namespaces to look in, each once; `own` is the experiment's, where a selector without namespaces looks. */
export function namespacesOf(selector: Selector, own: string): string[] {
	if (namesPods(selector)) return Object.keys(selector.pods);
	return selector.namespaces?.length ? [...new Set(selector.namespaces)] : [own];
}

/**
 * Whether a pod meets all of a selector that can be told from what is kept of the pod. Annotations and `fieldSelectors` can't:
 * pods are listed by them.
 *
 * @param nodes - names of the nodes that the selector means; undefined: any, or not known
 */
export function matches(selector: Selector, own: string, pod: Pod, nodes?: ReadonlySet<string>): boolean {
	const { namespace, name, labels = {} } = pod.metadata;
	if (namesPods(selector)) return selector.pods[namespace]?.includes(name) ?? false;
	return (
		namespacesOf(selector, own).includes(namespace) &&
		hasAll(labels, selector.labelSelectors) &&
		(selector.expressionSelectors ?? []).every((expression) => meets(labels, expression)) &&
		(nodes === undefined || nodes.has(pod.spec.nodeName ?? "")) &&
		isInPhase(pod, selector.podPhaseSelectors ?? [])
	);
}

/** Whether labels or annotations hold all that are wanted. */
export function hasAll(
	present: Readonly<Record<string, string>>,
	wanted: Readonly<Record<string, string>> = {},
): boolean {
	return Object.entries(wanted).every(([name, value]) => present[name] === value);
}

/** Whether labels meet one requirement. */
export function meets(labels: Readonly<Record<string, string>>, { key, operator, values = [] }: Expression): boolean {
	const value = labels[key];
	switch (operator) {
		case "In":
			return value !== undefined && values.includes(value);
		case "NotIn":
			return value === undefined || !values.includes(value);
		case "Exists":
			return value !== undefined;
		case "DoesNotExist":
			return value === undefined;
	}
}

/** In one of the phases that are named, if any are, and in none of those with `!` before them. */
function isInPhase({ status: { phase = "Unknown" } }: Pod, phases: readonly string[]): boolean {
	const named = phases.filter((text) => !text.startsWith("!"));
	return (named.length === 0 || named.includes(phase)) && !phases.includes(`!${phase}`);
}
