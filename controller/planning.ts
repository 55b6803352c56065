import { createHash } from "node:crypto";
import type { Experiment } from "../api/experiment.ts";
import type { Addresses, ChosenPod, RefusedTarget } from "../api/plan.ts";
import type { TargetRecord } from "../api/status.ts";
import { sidesOf } from "../selection/choose.ts";
import { chosenPod } from "./chosen-pod.ts";
import { injectionOf, podOf } from "./records.ts";
import type { World } from "./world.ts";

/** What one target gets. */
export interface Planned {
	pod: ChosenPod;
	instruction: unknown;
	/** Same when and only when the instruction is the same. */
	digest: string;
}

/** A target that gets nothing, and why. */
export type Refused = Pick<RefusedTarget, "refused">;

/** Instructions by injection id; undefined when one side of the experiment has no pod left, so that nothing can be planned. */
export type PlannedTargets = ReadonlyMap<string, Planned | Refused>;

/** What plans depend on besides spec and pods: addresses of names, and addresses that must be spared. */
export type Circumstances = [addresses: Addresses, spared: readonly string[] | undefined];

/**
 * The targets that exist, by selector key; undefined when a side of the experiment has none. A pod that the cache does not have
 * (yet) is read.
 */
export async function livingPods(
	world: World,
	{ spec }: Experiment,
	records: readonly TargetRecord[],
): Promise<Record<string, ChosenPod[]> | undefined> {
	const chosen: Record<string, ChosenPod[]> = Object.fromEntries(sidesOf(spec).map(({ key }) => [key, []]));
	for (const record of records) {
		const { namespace, name } = podOf(record);
		if (record.reason === "TargetGone" || record.leaves) continue;
		const fits = (uid: string | undefined) => uid === record.podUid;
		const cached = world.cachedPod(namespace, name);
		const pod = fits(cached?.metadata.uid) ? cached : await world.readPod(namespace, name);
		if (!pod || !fits(pod.metadata.uid)) continue;
		const { container } = record;
		chosen[record.selectorKey]?.push({ ...chosenPod(pod), ...(container !== undefined && { container }) });
	}
	return Object.values(chosen).some((side) => side.length === 0) ? undefined : chosen;
}

/** Plans all targets. */
export async function planTargets(
	world: World,
	experiment: Experiment,
	chosen: Record<string, ChosenPod[]>,
	...[addresses, spared]: Circumstances
): Promise<PlannedTargets> {
	const planned = await world.plan(experiment, chosen, addresses, spared);
	return new Map(
		planned.map((target): [string, Planned | Refused] => {
			const { pod, selectorKey } = target;
			const id = injectionOf(experiment.metadata.uid, { selectorKey, podUid: pod.uid, ...containerOf(pod) });
			if ("refused" in target) return [id, { refused: target.refused }];
			return [id, { pod, instruction: target.instruction, digest: digest(target.instruction) }];
		}),
	);
}

/** The container that is hit, when it is one. */
export function containerOf({ container }: ChosenPod): { container?: string } {
	return container === undefined ? {} : { container };
}

/** Same when and only when planning would see the same. */
export function fingerprint(chosen: Record<string, ChosenPod[]>, ...circumstances: Circumstances): string {
	return digest([chosen, ...circumstances]);
}

/** Same when and only when the value is. */
export function digest(value: unknown): string {
	return createHash("sha256").update(JSON.stringify(value)).digest("base64");
}
