import type { Experiment } from "../api/experiment.ts";
import { type FaultKind, traitsOf } from "../api/kind.ts";
import { type Limiter, limiter } from "../api/limiter.ts";
import { errorText } from "../api/log.ts";
import type { PodSelector, Selector } from "../api/selector.ts";
import type { TargetRecord } from "../api/status.ts";
import type { Pod } from "./kube.ts";
import { namesPods, namespacesOf } from "./match.ts";
import { type NotSelected, noContainer, noTarget, tooMany, unknown } from "./not-selected.ts";
import { fitsObject, newRecord } from "./records.ts";
import { type Circumstances, type Selection, select } from "./select.ts";
import type { World } from "./world.ts";

/** Reads of one selection that run at the same time. */
const reads = 10;

/** What of the cluster a selection reads. It lists live: what is chosen stays chosen, so a cache that lags would miss targets. */
export type SelectionWorld = Pick<World, "kind" | "listPods" | "listNodes" | "namespaceExists" | "nodeExists">;

/** Chooses the targets of both sides of an experiment. */
export async function selectTargets(
	world: SelectionWorld,
	experiment: Experiment,
): Promise<TargetRecord[] | NotSelected> {
	const { spec } = experiment;
	const kind = world.kind(experiment.kind);
	const sides: [string, string, PodSelector][] = [[".", "spec", spec]];
	if (spec.target) sides.push([".Target", "spec.target", spec.target]);
	const circumstances = circumstancesOf(kind, experiment);
	const inTurn = limiter(reads);
	const records: TargetRecord[] = [];
	try {
		for (const [key, path, side] of sides) {
			const selection = await selectSide(world, inTurn, side, path, circumstances);
			if ("reason" in selection) return selection;
			const targets = selection.chosen.flatMap((pod) => recordsOf(key, pod, kind, experiment));
			if (targets.length === 0) return noContainer(spec.containerNames ?? [], path, selection);
			records.push(...targets);
		}
		return fitsObject(experiment, records) ? records : tooMany(records.length);
	} catch (error) {
		return { reason: "SelectionFailed", message: `targets could not be looked up: ${errorText(error)}` };
	}
}

/** The pod, or those of its containers that the experiment names: without names the first. Never init containers. */
function recordsOf(key: string, pod: Pod, kind: FaultKind, { spec }: Experiment): TargetRecord[] {
	if (traitsOf(kind, spec).targets === "pod") return [newRecord(key, pod)];
	const { containerNames: wanted = [] } = spec;
	const names = pod.spec.containers.map(({ name }) => name);
	const hit = wanted.length > 0 ? names.filter((name) => wanted.includes(name)) : names.slice(0, 1);
	return hit.map((name) => newRecord(key, pod, name));
}

/** Whether a pod would make another try worthwhile. What its cached form can't tell (annotations, fields, nodes) may be so. */
export function mayBeTarget(kind: FaultKind, experiment: Experiment, pod: Pod): boolean {
	const { spec } = experiment;
	const sides: PodSelector[] = [spec, ...(spec.target ? [spec.target] : [])];
	const circumstances = circumstancesOf(kind, experiment);
	return sides.some((side) => select({ ...side, mode: "all" }, [pod], circumstances).chosen.length > 0);
}

/** A node hits only what runs on it; the API server takes pods in any phase. */
function circumstancesOf(kind: FaultKind, { metadata, spec }: Experiment): Circumstances {
	return { own: metadata.namespace, runningOnly: traitsOf(kind, spec).where === "node" };
}

async function selectSide(
	world: SelectionWorld,
	inTurn: Limiter,
	side: PodSelector,
	path: string,
	circumstances: Circumstances,
): Promise<Selection | NotSelected> {
	const { selector } = side;
	const namespaces = namespacesOf(selector, circumstances.own);
	const { nodes: names = [], nodeSelectors } = namesPods(selector) ? {} : selector;
	const lostNodes = await missing(names, (name) => inTurn(() => world.nodeExists(name)));
	if (lostNodes.length > 0) return unknown("node", lostNodes, path);
	const nodes = await nodesMeant(world, names, nodeSelectors);
	const lists = await Promise.all(namespaces.map((namespace) => inTurn(() => world.listPods(namespace, selector))));
	// Where there are pods there is a namespace: nearly always nothing has to be asked.
	const empty = namespaces.filter((_, index) => lists[index]?.length === 0);
	const lostNamespaces = await missing(empty, (name) => inTurn(() => world.namespaceExists(name)));
	if (lostNamespaces.length > 0) return unknown("namespace", lostNamespaces, path);
	const selection = select(side, lists.flat(), { ...circumstances, nodes });
	return selection.chosen.length > 0 ? selection : noTarget(selector, path, circumstances, selection);
}

/** Those of the names that there is nothing of. */
async function missing(names: readonly string[], exists: (name: string) => Promise<boolean>): Promise<string[]> {
	const exist = await Promise.all(names.map(exists));
	return names.filter((_, index) => !exist[index]);
}

/** Names of the nodes that a selector means, by name or by labels; undefined: it says nothing of nodes. */
async function nodesMeant(
	world: SelectionWorld,
	names: readonly string[],
	labels: Selector["nodeSelectors"] = {},
): Promise<ReadonlySet<string> | undefined> {
	const byLabel = Object.keys(labels).length > 0;
	if (names.length === 0 && !byLabel) return undefined;
	return new Set([...names, ...(byLabel ? await world.listNodes(labels) : [])]);
}
