import type { Experiment } from "../api/experiment.ts";
import { type FaultKind, traitsOf } from "../api/kind.ts";
import { errorText } from "../api/log.ts";
import { followAnnotation, previewedAnnotation, seedAnnotation } from "../api/names.ts";
import type { TargetRecord } from "../api/status.ts";
import { choose, type SelectionWorld, sidesOf } from "../selection/choose.ts";
import { seeded } from "../selection/draw.ts";
import { type NotSelected, noContainer, notPreviewed, tooMany } from "../selection/not-selected.ts";
import type { Pod } from "../selection/pod.ts";
import { notAmong } from "../selection/previewed.ts";
import { type Circumstances, podName, select } from "../selection/select.ts";
import { fitsObject, newRecord } from "./records.ts";
import { type RailsWorld, refusedAsItIs, refusedTargets } from "./within-rails.ts";

/** Chooses the targets of both sides of an experiment, if guard rails allow it, and these, and its own limit. */
export async function selectTargets(
	world: SelectionWorld & RailsWorld,
	experiment: Experiment,
): Promise<TargetRecord[] | NotSelected> {
	const { spec } = experiment;
	const refusal = refusedAsItIs(world, experiment);
	if (refusal) return refusal;
	const kind = world.kind(experiment.kind);
	const circumstances = circumstancesOf(kind, experiment);
	const records: TargetRecord[] = [];
	const pods = new Map<string, Pod>();
	try {
		for (const side of sidesOf(spec)) {
			const selection = await choose(world, side, circumstances);
			if ("reason" in selection) return selection;
			const targets = selection.chosen.flatMap((pod) => recordsOf(side.key, pod, kind, experiment));
			if (targets.length === 0) return noContainer(spec.containerNames ?? [], side.path, selection);
			records.push(...targets);
			for (const pod of selection.chosen) pods.set(pod.metadata.uid, pod);
		}
		const strangers = notAmongPreviewed(experiment, [...pods.values()]);
		if (strangers.length > 0) return notPreviewed(strangers);
		const beyond = await refusedTargets(world, experiment, [...pods.values()]);
		if (beyond) return beyond;
		return fitsObject(experiment, records) ? records : tooMany(records.length);
	} catch (error) {
		return { reason: "SelectionFailed", message: `targets could not be looked up: ${errorText(error)}` };
	}
}

/** Names of those who were not there when the experiment was previewed, which may be long ago. */
function notAmongPreviewed({ metadata }: Experiment, pods: readonly Pod[]): string[] {
	const { [previewedAnnotation]: marks } = metadata.annotations ?? {};
	return marks === undefined ? [] : notAmong(marks, pods.map(podName));
}

/** The pod, or those of its containers that the experiment names: without names the first. Never init containers. */
export function recordsOf(key: string, pod: Pod, kind: FaultKind, { spec }: Experiment): TargetRecord[] {
	if (traitsOf(kind, spec).targets === "pod") return [newRecord(key, pod)];
	const { containerNames: wanted = [] } = spec;
	const names = pod.spec.containers.map(({ name }) => name);
	const hit = wanted.length > 0 ? names.filter((name) => wanted.includes(name)) : names.slice(0, 1);
	return hit.map((name) => newRecord(key, pod, name));
}

/** Whether a pod would make another try worthwhile. What its cached form can't tell (annotations, fields, nodes) may be so. */
export function mayBeTarget(kind: FaultKind, experiment: Experiment, pod: Pod): boolean {
	const circumstances = circumstancesOf(kind, experiment);
	return sidesOf(experiment.spec).some(
		({ selects }) => select({ ...selects, mode: "all" }, [pod], circumstances).chosen.length > 0,
	);
}

/** A node hits only what runs on it; the API server takes pods in any phase. Who chooses again and again has to draw the same. */
export function circumstancesOf(kind: FaultKind, { metadata, spec }: Experiment): Circumstances {
	const { [seedAnnotation]: given, [followAnnotation]: follow } = metadata.annotations ?? {};
	const seed = given ?? (follow === "true" ? metadata.uid : undefined);
	return {
		own: metadata.namespace,
		runningOnly: traitsOf(kind, spec).where === "node",
		...(seed !== undefined && { rank: seeded(seed) }),
	};
}
