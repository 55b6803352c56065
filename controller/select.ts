import { randomInt } from "node:crypto";
import { systemLabel } from "../api/names.ts";
import { quote } from "../api/problem.ts";
import type { PodSelector, Selector } from "../api/selector.ts";
import type { Pod } from "./kube.ts";

/** Its pods keep the cluster going: chosen only when the experiment names the namespace. */
const protectedNamespace = "kube-system";

/** Namespaces to look in, each once; `own` is the experiment's, where a selector without namespaces looks. */
export function namespacesOf(selector: Selector, own: string): string[] {
	if (hasEntries(selector.pods)) return Object.keys(selector.pods);
	return selector.namespaces?.length ? [...new Set(selector.namespaces)] : [own];
}

/** What a selection came to: the pods, or what matched nevertheless, each with why it can't be hit. */
export interface Selection {
	chosen: Pod[];
	refused: { pod: Pod; why: string }[];
}

/**
 * Chooses pods by selector and mode: only ones that run, and never those of the chaos system itself. A pod that is listed twice
 * counts once.
 *
 * @param pods - all pods of the namespaces in question, or more
 * @param pick - for mode `one`: a number from 0 to below its argument; default: by the system's random source
 */
export function select(
	{ selector, mode }: PodSelector,
	own: string,
	pods: readonly Pod[],
	pick: (count: number) => number = (count) => randomInt(count),
): Selection {
	const matching = new Map<string, Pod>();
	for (const pod of pods) if (matches(selector, own, pod)) matching.set(pod.metadata.uid, pod);
	const refused = [...matching.values()].flatMap((pod) => {
		const why = whyNot(pod, selector);
		return why === undefined ? [] : [{ pod, why }];
	});
	const out = new Set(refused.map(({ pod }) => pod.metadata.uid));
	const candidates = [...matching.values()].filter(({ metadata }) => !out.has(metadata.uid));
	if (mode === "all" || candidates.length === 0) return { chosen: candidates, refused };
	return { chosen: candidates.slice(pick(candidates.length)).slice(0, 1), refused };
}

/** Whether the pod could be hit at all now: it runs on a node and is not on its way out. */
export function runs(pod: Pod): boolean {
	return (
		pod.status.phase === "Running" && pod.metadata.deletionTimestamp === undefined && pod.spec.nodeName !== undefined
	);
}

/** The selector in words, for messages: `pods with label app="web" in namespace "shop"`. */
export function describeSelector(selector: Selector, own: string): string {
	if (hasEntries(selector.pods)) {
		return Object.entries(selector.pods)
			.map(([namespace, names]) => `pods ${list(names)} in namespace ${quote(namespace)}`)
			.join(" and ");
	}
	const labels = Object.entries(selector.labelSelectors ?? {}).map(([name, value]) => `${name}=${quote(value)}`);
	const namespaces = namespacesOf(selector, own);
	return [
		labels.length > 0 ? `pods with label${labels.length > 1 ? "s" : ""} ${labels.join(" and ")}` : "pods",
		`in namespace${namespaces.length > 1 ? "s" : ""} ${list(namespaces)}`,
	].join(" ");
}

function list(names: readonly string[]): string {
	const shown = names.slice(0, 5).map((name) => quote(name));
	return names.length > 5 ? `${shown.join(", ")} and ${names.length - 5} more` : shown.join(", ");
}

function matches(selector: Selector, own: string, { metadata }: Pod): boolean {
	if (hasEntries(selector.pods)) return selector.pods[metadata.namespace]?.includes(metadata.name) ?? false;
	if (!namespacesOf(selector, own).includes(metadata.namespace)) return false;
	return Object.entries(selector.labelSelectors ?? {}).every(([name, value]) => metadata.labels?.[name] === value);
}

function whyNot(pod: Pod, selector: Selector): string | undefined {
	const { namespace, labels, deletionTimestamp } = pod.metadata;
	if (labels?.[systemLabel] !== undefined) return "belongs to the chaos system";
	const named = hasEntries(selector.pods) || selector.namespaces?.includes(namespace) === true;
	if (namespace === protectedNamespace && !named)
		return `is in ${protectedNamespace}, which the selector does not name`;
	if (deletionTimestamp !== undefined) return "is terminating";
	return runs(pod) ? undefined : `is ${pod.status.phase ?? "not started"}`;
}

function hasEntries(pods: Selector["pods"]): pods is NonNullable<Selector["pods"]> {
	return pods !== undefined && Object.keys(pods).length > 0;
}
