import type { ExperimentSpec } from "../api/experiment.ts";
import { type Limiter, limiter } from "../api/limiter.ts";
import type { PodSelector, Selector } from "../api/selector.ts";
import { namesPods, namespacesOf } from "./match.ts";
import { type NotSelected, noTarget, unknown } from "./not-selected.ts";
import type { Pod } from "./pod.ts";
import { type Circumstances, type Selection, select } from "./select.ts";

/** Reads of one selection that run at the same time. */
const reads = 10;

/** What of the cluster a selection reads. It lists live: what is chosen stays chosen, so a cache that lags would miss targets. */
export interface SelectionWorld {
	/** Pods of a namespace with the labels, annotations and fields of a selector, as they are now. */
	listPods(namespace: string, selector: Selector): Promise<Pod[]>;
	/** Names of the nodes with all these labels, as they are now. */
	listNodes(labels: Record<string, string>): Promise<string[]>;
	namespaceExists(name: string): Promise<boolean>;
	nodeExists(name: string): Promise<boolean>;
}

/** One side of an experiment: its key in records, its path in messages, and whom it means. */
export interface Side {
	key: string;
	path: string;
	selects: PodSelector;
}

/** The sides of an experiment: who is selected, and the other side where it has one. */
export function sidesOf(spec: ExperimentSpec): Side[] {
	const sides: Side[] = [{ key: ".", path: "spec", selects: spec }];
	if (spec.target) sides.push({ key: ".Target", path: "spec.target", selects: spec.target });
	return sides;
}

/** Chooses the pods of one side, at least one. Rejects when the cluster can't be read. */
export async function choose(
	world: SelectionWorld,
	side: Side,
	circumstances: Circumstances,
): Promise<Selection | NotSelected> {
	const selection = await lookFor(world, side, circumstances);
	if ("reason" in selection || selection.chosen.length > 0) return selection;
	return noTarget(side.selects.selector, side.path, circumstances, selection);
}

/** As {@link choose}, and nobody is a choice too; what is named and does not exist is none. */
export async function lookFor(
	world: SelectionWorld,
	{ path, selects }: Side,
	circumstances: Circumstances,
): Promise<Selection | NotSelected> {
	const inTurn = limiter(reads);
	const { selector } = selects;
	const namespaces = namespacesOf(selector, circumstances.own);
	const { nodes: names = [], nodeSelectors } = namesPods(selector) ? {} : selector;
	const lostNodes = await missing(inTurn, names, (name) => world.nodeExists(name));
	if (lostNodes.length > 0) return unknown("node", lostNodes, path);
	const nodes = await nodesMeant(world, names, nodeSelectors);
	const lists = await Promise.all(namespaces.map((namespace) => inTurn(() => world.listPods(namespace, selector))));
	// Where there are pods there is a namespace: nearly always nothing has to be asked.
	const empty = namespaces.filter((_, index) => lists[index]?.length === 0);
	const lostNamespaces = await missing(inTurn, empty, (name) => world.namespaceExists(name));
	if (lostNamespaces.length > 0) return unknown("namespace", lostNamespaces, path);
	return select(selects, lists.flat(), { ...circumstances, nodes });
}

/** Those of the names that there is nothing of. */
async function missing(
	inTurn: Limiter,
	names: readonly string[],
	exists: (name: string) => Promise<boolean>,
): Promise<string[]> {
	const exist = await Promise.all(names.map((name) => inTurn(() => exists(name))));
	return names.filter((_, index) => !exist[index]);
}

/** Names of the nodes that a selection means, by name or by labels; undefined: it says nothing of nodes. */
async function nodesMeant(
	world: SelectionWorld,
	names: readonly string[],
	labels: Selector["nodeSelectors"] = {},
): Promise<ReadonlySet<string> | undefined> {
	const byLabel = Object.keys(labels).length > 0;
	if (names.length === 0 && !byLabel) return undefined;
	return new Set([...names, ...(byLabel ? await world.listNodes(labels) : [])]);
}
