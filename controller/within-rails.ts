import type { Experiment } from "../api/experiment.ts";
import { judge, judgeTargets, type Rails } from "../guard-rails/judge.ts";
import type { GuardRailsSpec } from "../guard-rails/spec.ts";
import type { WorkloadHit } from "../guard-rails/target-rules.ts";
import { beyondRails, type NotSelected } from "../selection/not-selected.ts";
import type { Pod } from "../selection/pod.ts";
import { runs } from "../selection/select.ts";
import { workloadOf } from "../selection/workload.ts";
import { beyondOwnLimit, limitsShareItself } from "./own-limit.ts";
import type { World } from "./world.ts";

/** What is read to hold an experiment against guard rails. */
export type RailsWorld = Pick<World, "kind" | "now" | "defaultDurationMs" | "guardRails" | "listPods">;

/** What guard rails say of an experiment whose targets are to be chosen now. They may be younger than it is. */
export function refusedAsItIs(world: RailsWorld, { kind, metadata, spec }: Experiment): NotSelected | undefined {
	const problems = judge(world.guardRails, {
		kind: world.kind(kind),
		namespace: metadata.namespace,
		spec,
		annotations: metadata.annotations ?? {},
		begins: world.now(),
		made: Date.parse(metadata.creationTimestamp),
		defaultDurationMs: world.defaultDurationMs,
		isUnknown: () => false,
	});
	return problems.length === 0 ? undefined : beyondRails(problems.map(({ path, message }) => `${path}: ${message}`));
}

/** What guard rails, and the experiment's own limit, say of pods that are to be hit. */
export async function refusedTargets(
	world: RailsWorld,
	experiment: Experiment,
	pods: readonly Pod[],
): Promise<NotSelected | undefined> {
	const tally = await tallyFor(world, experiment, pods);
	const targets = { pods: pods.length, workloads: tally(pods) };
	const sentences = judgeTargets(world.guardRails, targets);
	if (sentences.length > 0) return beyondRails(sentences);
	const own = beyondOwnLimit(experiment, targets);
	if (own.length === 0) return undefined;
	return { reason: "GuardRails", message: `more than the experiment allows itself: ${own.join("; ")}` };
}

/**
 * Those of the pods that come which may be hit besides those that are, in their order, by guard rails and the experiment's own limit;
 * and what is said of the first that may not, a sentence each. A pod that is there twice counts once. Shares are asked about of the
 * workloads that pods come to alone: nobody who comes makes that of another too large.
 */
export async function allowedBesides(
	world: RailsWorld,
	experiment: Experiment,
	hit: readonly Pod[],
	coming: readonly Pod[],
): Promise<{ allowed: Pod[]; why: string[] }> {
	const { guardRails } = world;
	if (coming.length === 0) return { allowed: [], why: [] };
	// They may be younger than it is.
	const refusal = refusedAsItIs(world, experiment);
	if (refusal) return { allowed: [], why: [refusal.message] };
	const tally = await tallyFor(world, experiment, eachOnce([...hit, ...coming]));
	const beyond = (come: readonly Pod[]): string[] => {
		const pods = eachOnce([...hit, ...come]);
		const meant = new Set(come.map(workloadOf));
		const targets = { pods: pods.length, workloads: tally(pods).filter(({ name }) => meant.has(name)) };
		return [...judgeTargets(guardRails, targets), ...beyondOwnLimit(experiment, targets)];
	};
	if (beyond(coming).length === 0) return { allowed: eachOnce(coming), why: [] };
	const allowed: Pod[] = [];
	let why: string[] = [];
	for (const pod of eachOnce(coming)) {
		const said = beyond([...allowed, pod]);
		if (said.length === 0) allowed.push(pod);
		else if (why.length === 0) why = said;
	}
	return { allowed, why };
}

/** The pods, each once: those of two sides may be the same. */
export function eachOnce(pods: readonly Pod[]): Pod[] {
	return [...new Map(pods.map((pod) => [pod.metadata.uid, pod])).values()];
}

function limitsShare({ spec }: Rails): boolean {
	return (spec as GuardRailsSpec | undefined)?.maxShare !== undefined;
}

/** Counts how many pods of each workload are to be hit, and how many it has. */
type Tally = (pods: readonly Pod[]) => WorkloadHit[];

const noTally: Tally = () => [];

/** Reads what the limits ask for: nothing while none is a share. */
async function tallyFor(world: RailsWorld, experiment: Experiment, pods: readonly Pod[]): Promise<Tally> {
	const needsShare = world.guardRails.some(limitsShare) || limitsShareItself(experiment);
	return needsShare ? await tallyOf(world, pods) : noTally;
}

/** Counts among the pods that run beside some of them, and those that are hit though they do not. */
async function tallyOf({ listPods }: RailsWorld, pods: readonly Pod[]): Promise<Tally> {
	const namespaces = new Set(pods.map(({ metadata }) => metadata.namespace));
	const lists = await Promise.all([...namespaces].map((namespace) => listPods(namespace, {})));
	const running = Map.groupBy(lists.flat().filter(runs), workloadOf);
	return (chosen) =>
		[...Map.groupBy(chosen, workloadOf)].map(([name, hit]) => {
			const uids = new Set([...hit, ...(running.get(name) ?? [])].map(({ metadata }) => metadata.uid));
			return { name, hit: hit.length, of: uids.size };
		});
}
