import { followAnnotation, limitPercentAnnotation, limitTargetsAnnotation } from "../api/names.ts";
import type { TargetRecord } from "../api/status.ts";
import { count, fewOf } from "../api/wording.ts";
import { lookFor, type Side, sidesOf } from "../selection/choose.ts";
import type { Pod } from "../selection/pod.ts";
import { podName, type Selection, select } from "../selection/select.ts";
import type { Pass } from "./pass.ts";
import { digest } from "./planning.ts";
import { fitsObject, podOf } from "./records.ts";
import { hasLeft, isDone, regrouped } from "./regroup.ts";
import { circumstancesOf, recordsOf } from "./selection.ts";
import { allowedBesides } from "./within-rails.ts";

/** What could not be read is tried again after this long. */
const followAgainMs = 5000;

/** What an experiment that follows its selector has chosen by, and what it has left out. */
interface Followed {
	fingerprint: string;
	limited: string | undefined;
}

/** What was chosen by, by experiment; memory only, a controller that starts chooses once. */
export type FollowedSelectors = Map<string, Followed>;

/** Whether the targets of an experiment follow its selector. What is done once is done to those that were there. */
export function follows({ experiment, traits }: Pick<Pass, "experiment" | "traits">): boolean {
	return !traits.oneShot && experiment.metadata.annotations?.[followAnnotation] === "true";
}

/**
 * Chooses again where pods that the selector may mean have come, gone or changed: who is hit and still matches stays, others that
 * match get records, as many as lack and guard rails allow, and who does not match any more leaves. Returns whether targets have
 * changed by that.
 */
export async function followSelector(pass: Pass, followed: FollowedSelectors): Promise<boolean> {
	const before = pass.records ?? [];
	const chosen = follows(pass) ? await chosenAgain(pass, before, followed) : undefined;
	pass.records = chosen ?? before.filter((record) => !hasLeft(record));
	const key = (records: readonly TargetRecord[]) =>
		records.map(({ id, podUid, leaves }) => [id, podUid, leaves].join());
	return key(before).join() !== key(pass.records).join();
}

async function chosenAgain(
	pass: Pass,
	records: readonly TargetRecord[],
	followed: FollowedSelectors,
): Promise<TargetRecord[] | undefined> {
	const { world, experiment, caller } = pass;
	const known = followed.get(caller.uid);
	pass.limited = known?.limited;
	// Before the list: that is not older than what it is remembered by.
	const fingerprint = viewOf(pass);
	if (known?.fingerprint === fingerprint && !records.some(isDone)) return undefined;
	const found = await lookAround(pass, records);
	if (!found) {
		pass.again.push(followAgainMs);
		return undefined;
	}
	const { allowed, out, why } = await sifted(pass, records, found);
	pass.limited = out.length === 0 ? undefined : leftOut(out, why);
	const { limited } = pass;
	pass.begin.push(() => followed.set(caller.uid, { fingerprint, limited }));
	return withThem({ world, experiment }, records, found, allowed);
}

/** Those that come and may be hit, those that may not, and why, a sentence each. */
async function sifted(
	{ world, experiment }: Pass,
	records: readonly TargetRecord[],
	found: readonly Around[],
): Promise<{ allowed: Pod[]; out: Pod[]; why: string[] }> {
	// A side without anybody is no side to plan for: who comes on the other would wait for it.
	const isWhole = found.every(({ hit, fresh }) => hit.length + fresh.length > 0);
	const coming = isWhole ? found.flatMap(({ fresh }) => fresh) : [];
	const hit = found.flatMap((around) => around.hit);
	const { allowed, why } = await allowedBesides(world, experiment, hit, coming);
	if (!fitsObject(experiment, withThem({ world, experiment }, records, found, allowed))) {
		return { allowed: [], out: coming, why: ["the status of one object holds no more targets"] };
	}
	return { allowed, out: coming.filter((pod) => !allowed.includes(pod)), why };
}

/** The records with those of the pods that come. */
function withThem(
	{ world, experiment }: Pick<Pass, "world" | "experiment">,
	records: readonly TargetRecord[],
	found: readonly Around[],
	pods: readonly Pod[],
): TargetRecord[] {
	const kind = world.kind(experiment.kind);
	const come = new Set(pods);
	const matching = new Set(found.flatMap(({ side, matching: all }) => all.map((pod) => keyOf(side.key, podName(pod)))));
	const coming = found.flatMap(({ side, fresh }) =>
		fresh.filter((pod) => come.has(pod)).flatMap((pod) => recordsOf(side.key, pod, kind, experiment)),
	);
	return regrouped(records, (record) => matching.has(keyOfRecord(record)), coming);
}

/** What there is on one side now. */
interface Around {
	side: Side;
	/** All that match, also those that can't be hit now: they keep what they have. */
	matching: Pod[];
	/** Those that are hit already. */
	hit: Pod[];
	/** Those that were drawn besides. */
	fresh: Pod[];
}

/** Looks at the pods of each side; undefined: that can't be told now. */
async function lookAround(
	{ world, experiment }: Pass,
	records: readonly TargetRecord[],
): Promise<Around[] | undefined> {
	const circumstances = circumstancesOf(world.kind(experiment.kind), experiment);
	const found: Around[] = [];
	for (const side of sidesOf(experiment.spec)) {
		const targets = new Set(records.filter((record) => !record.leaves && !isDone(record)).map(keyOfRecord));
		const isTarget = (pod: Pod): boolean => targets.has(keyOf(side.key, podName(pod)));
		const selection = await lookFor(world, side, { ...circumstances, keeps: isTarget }).catch(() => undefined);
		if (!selection || "reason" in selection) return undefined;
		found.push({ side, ...parted(selection, isTarget) });
	}
	return found;
}

function parted({ chosen, refused }: Selection, isTarget: (pod: Pod) => boolean): Omit<Around, "side"> {
	return {
		matching: [...chosen, ...refused.map(({ pod }) => pod)],
		hit: chosen.filter(isTarget),
		fresh: chosen.filter((pod) => !isTarget(pod)),
	};
}

function leftOut(pods: readonly Pod[], why: readonly string[]): string {
	const are = pods.length === 1 ? "matches and is not hit" : "match and are not hit";
	return `${count(pods.length, "pod")} more ${are} (${fewOf(pods.map(podName))}): ${why.join("; ")}`;
}

/** What decides who is chosen, as the caches have it: the same when and only when choosing would come to the same. */
function viewOf({ world, experiment }: Pass): string {
	const circumstances = circumstancesOf(world.kind(experiment.kind), experiment);
	const { annotations = {} } = experiment.metadata;
	const pods = [...world.cachedPods()];
	const sides = sidesOf(experiment.spec).map(({ selects: { selector } }) => {
		const { annotationSelectors = {}, fieldSelectors = {} } = selector;
		// Caches hold no annotations and not every field: any change of a pod may be one of them.
		const isBlind = Object.keys({ ...annotationSelectors, ...fieldSelectors }).length > 0;
		return select({ selector, mode: "all" }, pods, circumstances)
			.chosen.map(({ metadata }) => `${metadata.uid} ${isBlind ? metadata.resourceVersion : ""}`)
			.sort();
	});
	return digest([sides, world.guardRails, annotations[limitTargetsAnnotation], annotations[limitPercentAnnotation]]);
}

function keyOfRecord(record: TargetRecord): string {
	const { namespace, name } = podOf(record);
	return keyOf(record.selectorKey, `${namespace}/${name}`);
}

function keyOf(side: string, pod: string): string {
	return `${side} ${pod}`;
}
