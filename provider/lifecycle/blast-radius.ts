import type { ExperimentSpec } from "../../api/experiment.ts";
import { type FaultKind, traitsOf } from "../../api/kind.ts";
import type { NodeReport } from "../../api/node-report.ts";
import { choose, type Side, sidesOf } from "../../selection/choose.ts";
import { seeded } from "../../selection/draw.ts";
import { namespacesOf } from "../../selection/match.ts";
import type { NotSelected } from "../../selection/not-selected.ts";
import type { Pod } from "../../selection/pod.ts";
import { podName } from "../../selection/select.ts";
import { workloadOf } from "../../selection/workload.ts";
import type { Budget, Node, Surroundings } from "../cluster/surroundings.ts";
import { type BrokenBudget, brokenBy } from "./budget.ts";
import { kindOf } from "./context.ts";
import { seedOf } from "./seed.ts";
import type { ExperimentInputs } from "./state.ts";
import { type UnableNodes, unableNodes } from "./unable-nodes.ts";

/** Some of all pods of one thing. */
export interface Part {
	name: string;
	hit: number;
	of: number;
}

/** Whom an experiment would hit, were it made now. */
export interface BlastRadius {
	/** `namespace/pod`, sorted. */
	targets: string[];
	/** Namespaces that are looked in, with all their pods. */
	namespaces: Part[];
	/** Workloads that lose pods, those first that lose the largest share. */
	workloads: Part[];
	/** Nodes by name with their targets, sorted. */
	nodes: Map<string, number>;
	/** The same by zone (`topology.kubernetes.io/zone`); empty when the nodes have none, or may not be listed. */
	zones: Map<string, number>;
	/** Nodes that can't do it. */
	unable: UnableNodes;
	/** Budgets of which more pods are hit than may be missing. */
	broken: BrokenBudget[];
}

/** A side of an experiment that chooses nobody. */
export interface Nobody extends NotSelected {
	side: Side;
}

const zoneLabel = "topology.kubernetes.io/zone";

/** The pods that an experiment chooses, by `namespace/pod`, and the namespaces that it chooses from. */
export interface Chosen {
	targets: ReadonlyMap<string, Pod>;
	namespaces: ReadonlySet<string>;
}

/** Chooses whom an experiment would hit, of both sides. Only reads; rejects with ApiError. */
export async function chooseTargets(surroundings: Surroundings, inputs: ExperimentInputs): Promise<Chosen | Nobody> {
	const circumstances = {
		own: inputs.namespace,
		runningOnly: runsOnNode(inputs),
		rank: seeded(seedOf(inputs)),
	};
	const targets = new Map<string, Pod>();
	const namespaces = new Set<string>();
	for (const side of sidesOf(inputs.spec as unknown as ExperimentSpec)) {
		const found = await choose(surroundings, side, circumstances);
		if ("reason" in found) return { ...found, side };
		for (const namespace of namespacesOf(side.selects.selector, inputs.namespace)) namespaces.add(namespace);
		for (const pod of found.chosen) targets.set(podName(pod), pod);
	}
	return { targets, namespaces };
}

/** Whether a node puts the fault in, so that only pods that run can be hit. */
export function runsOnNode(inputs: Pick<ExperimentInputs, "kind" | "spec">): boolean {
	return traitsOf(kindOf(inputs) as FaultKind, inputs.spec).where === "node";
}

/** Looks what the pods that are chosen are a part of, and where they are. Only reads; rejects with ApiError. */
export async function blastRadius(
	surroundings: Surroundings,
	{ targets, namespaces }: Chosen,
	inputs: ExperimentInputs,
): Promise<BlastRadius> {
	const [pods, budgets, nodes, reports] = await Promise.all([
		each(namespaces, (namespace) => surroundings.podsIn(namespace)),
		each(namespaces, (namespace) => surroundings.budgetsIn(namespace)).catch(nothing<Budget>),
		surroundings.nodes().catch(nothing<Node>),
		surroundings.nodeReports().catch(nothing<NodeReport>),
	]);
	const hit = [...targets.values()];
	const zones = new Map(nodes.map(({ metadata }) => [metadata.name, metadata.labels?.[zoneLabel]]));
	const places = hit.map(({ spec: { nodeName = "" } }) => nodeName);
	return {
		targets: [...targets.keys()].sort(),
		namespaces: parts(pods, targets, ({ metadata }) => metadata.namespace),
		workloads: workloadsAmong(pods, targets),
		nodes: tally(places),
		zones: tally(places.flatMap((node) => zones.get(node) ?? [])),
		unable: unableNodes(
			kindOf(inputs) as FaultKind,
			inputs.spec,
			new Set(places.filter((name) => name !== "")),
			reports,
		),
		broken: budgets.flatMap((budget) => brokenBy(hit, budget)),
	};
}

/** The workloads that the pods that are chosen are of, those first that lose the largest share. As {@link blastRadius}. */
export async function workloadsHit(surroundings: Surroundings, { targets, namespaces }: Chosen): Promise<Part[]> {
	return workloadsAmong(await each(namespaces, (namespace) => surroundings.podsIn(namespace)), targets);
}

function workloadsAmong(pods: readonly Pod[], targets: Chosen["targets"]): Part[] {
	return parts(pods, targets, workloadOf)
		.filter(({ hit }) => hit > 0)
		.sort((one, other) => other.hit / other.of - one.hit / one.of);
}

/** Whoever may not see budgets, nodes or reports is told the rest. */
function nothing<T>(): T[] {
	return [];
}

async function each<T>(names: Iterable<string>, list: (name: string) => Promise<T[]>): Promise<T[]> {
	return (await Promise.all([...names].map(list))).flat();
}

function parts(pods: readonly Pod[], targets: Chosen["targets"], nameOf: (pod: Pod) => string): Part[] {
	const all = new Map<string, Part>();
	for (const pod of pods) {
		const name = nameOf(pod);
		const part = all.get(name) ?? { name, hit: 0, of: 0 };
		all.set(name, { name, hit: part.hit + (targets.has(podName(pod)) ? 1 : 0), of: part.of + 1 });
	}
	return [...all.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

function tally(names: readonly string[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const name of names.toSorted()) counts.set(name, (counts.get(name) ?? 0) + 1);
	return counts;
}
