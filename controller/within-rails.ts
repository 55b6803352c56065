import type { Experiment } from "../api/experiment.ts";
import { judge, judgeTargets, type Rails } from "../guard-rails/judge.ts";
import type { GuardRailsSpec } from "../guard-rails/spec.ts";
import type { WorkloadHit } from "../guard-rails/target-rules.ts";
import { beyondRails, type NotSelected } from "../selection/not-selected.ts";
import type { Pod } from "../selection/pod.ts";
import { runs } from "../selection/select.ts";
import { workloadOf } from "../selection/workload.ts";
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

/** What guard rails say of pods that are to be hit. */
export async function refusedTargets(world: RailsWorld, pods: readonly Pod[]): Promise<NotSelected | undefined> {
	const { guardRails } = world;
	if (guardRails.length === 0) return undefined;
	const workloads = guardRails.some(limitsShare) ? await hits(world, pods) : [];
	const sentences = judgeTargets(guardRails, { pods: pods.length, workloads });
	return sentences.length === 0 ? undefined : beyondRails(sentences);
}

function limitsShare({ spec }: Rails): boolean {
	return (spec as GuardRailsSpec | undefined)?.maxShare !== undefined;
}

/** How many pods of each workload are to be hit, and how many it has: those that run, and those that are hit though they do not. */
async function hits({ listPods }: RailsWorld, pods: readonly Pod[]): Promise<WorkloadHit[]> {
	const namespaces = new Set(pods.map(({ metadata }) => metadata.namespace));
	const lists = await Promise.all([...namespaces].map((namespace) => listPods(namespace, {})));
	const chosen = new Set(pods.map(({ metadata }) => metadata.uid));
	const present = lists.flat().filter((pod) => runs(pod) && !chosen.has(pod.metadata.uid));
	const all = Map.groupBy([...pods, ...present], workloadOf);
	return [...Map.groupBy(pods, workloadOf)].map(([workload, hit]) => ({
		name: workload,
		hit: hit.length,
		of: all.get(workload)?.length ?? hit.length,
	}));
}
