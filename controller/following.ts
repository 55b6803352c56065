import { followAnnotation, limitPercentAnnotation, limitTargetsAnnotation } from "../api/names.ts";
import type { TargetRecord } from "../api/status.ts";
import { count, fewOf } from "../api/wording.ts";
import { lookFor, type Side, sidesOf } from "../selection/choose.ts";
import type { Pod } from "../selection/pod.ts";
import { podName, type Selection, select } from "../selection/select.ts";
import { isGone } from "./look.ts";
import type { Pass } from "./pass.ts";
import { digest } from "./planning.ts";
import { fitsObject, isHeld, podNameOf, podOf } from "./records.ts";
import { hasLeft, isDone, regrouped } from "./regroup.ts";
import { circumstancesOf, recordsOf } from "./selection.ts";
import { allowedBesides, eachOnce } from "./within-rails.ts";
import type { World } from "./world.ts";

/** What could not be read is tried again after this long. */
const followAgainMs = 5000;
/**
 * Who is left out is looked at again after this long: a window may have opened, and those are written in minutes, or a workload has
 * grown by pods that the selector does not mean. Each look lists pods, and there may be one for days.
 */
const limitedAgainMs = 60_000;

/** What an experiment that follows its selector has chosen by, and what it has left out. */
interface Followed {
	fingerprint: string;
	limited: string | undefined;
	/** When to choose again though nothing else has changed, ms since the epoch. */
	due: number | undefined;
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
	const now = world.now();
	// Before the list: that is not older than what it is remembered by.
	const fingerprint = viewOf(pass);
	const isSame = known?.fingerprint === fingerprint;
	const wait = known?.due === undefined ? undefined : known.due - now;
	if (isSame && !records.some(isDone) && (wait === undefined || wait > 0)) {
		if (wait !== undefined) pass.again.push(wait);
		return undefined;
	}
	const found = await lookAround(pass, records);
	if (!found) {
		pass.again.push(followAgainMs);
		return undefined;
	}
	const { allowed, out, why } = await sifted(pass, records, found);
	const owed = eachOnce(found.flatMap((around) => around.owed));
	const said = out.length === 0 ? undefined : leftOut(out, why, owed);
	const limited = isSame && withoutMoment(said) === withoutMoment(known.limited) ? known.limited : said;
	const due = limited === undefined ? undefined : now + limitedAgainMs;
	if (due !== undefined) pass.again.push(limitedAgainMs);
	pass.limited = limited;
	pass.begin.push(() => followed.set(caller.uid, { fingerprint, limited, due }));
	return withThem({ world, experiment }, records, found, allowed);
}

/**
 * What guard rails say of windows without the moment at which they were asked. That alone is nothing new: each new message is an
 * event, and a change that a refresh finds.
 */
function withoutMoment(said: string | undefined): string | undefined {
	return said?.replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z|use at most "[^"]*"/g, "");
}

/** Those that come and may be hit, those that may not, and why, a sentence each. */
async function sifted(
	{ world, experiment }: Pass,
	records: readonly TargetRecord[],
	found: readonly Around[],
): Promise<{ allowed: Pod[]; out: Pod[]; why: string[] }> {
	// A side without anybody is no side to plan for: who comes on the other would wait for it.
	const isWhole = found.every(({ hit, fresh }) => hit.length + fresh.length > 0);
	const coming = isWhole ? eachOnce(found.flatMap(({ fresh }) => fresh)) : [];
	const has = found.flatMap(({ hit, owed }) => [...hit, ...owed]);
	const { allowed, why } = await allowedBesides(world, experiment, has, coming);
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
	// Each side has listed its pods by itself.
	const come = new Set(pods.map(({ metadata }) => metadata.uid));
	const matching = new Set(found.flatMap(({ side, matching: all }) => all.map((pod) => keyOf(side.key, podName(pod)))));
	const coming = found.flatMap(({ side, fresh }) =>
		fresh.filter(({ metadata }) => come.has(metadata.uid)).flatMap((pod) => recordsOf(side.key, pod, kind, experiment)),
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
	/** Those that are no targets any more and may have something of the fault. Until it is out they count as hit. */
	owed: Pod[];
	/** Those that come besides. */
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
		const ofSide = records.filter(({ selectorKey }) => selectorKey === side.key);
		const targets = new Set(ofSide.filter((record) => !record.leaves && !isDone(record)).map(podNameOf));
		const keeps = (pod: Pod): boolean => targets.has(podName(pod));
		const selection = await lookFor(world, side, { ...circumstances, keeps }).catch(() => undefined);
		if (!selection || "reason" in selection) return undefined;
		const matching = [...selection.chosen, ...selection.refused.map(({ pod }) => pod)];
		const hit = selection.chosen.filter(keeps);
		const owed = owedPods(world, ofSide, new Set(matching.map(podName)));
		const fresh = freshOf(side, selection, hit, owed);
		found.push({ side, matching, hit, owed, fresh });
	}
	return found;
}

/** Pods of one side that do not match any more, or have not for a while, and may have something of the fault. It goes with its pod. */
function owedPods(world: World, records: readonly TargetRecord[], matching: ReadonlySet<string>): Pod[] {
	const leaving = records.filter((record) => isHeld(record) && (record.leaves || !matching.has(podNameOf(record))));
	const pods = leaving.flatMap((record) => {
		const { namespace, name } = podOf(record);
		const pod = world.cachedPod(namespace, name);
		return pod && !isGone(record, pod) ? [pod] : [];
	});
	return eachOnce(pods);
}

/** Those that come on one side: modes that draw take fewer for as long as others of theirs recover. */
function freshOf({ selects }: Side, { chosen }: Selection, hit: readonly Pod[], owed: readonly Pod[]): Pod[] {
	const known = new Set([...hit, ...owed].map(({ metadata }) => metadata.uid));
	const fresh = chosen.filter(({ metadata }) => !known.has(metadata.uid));
	if (selects.mode === "all") return fresh;
	return fresh.slice(0, Math.max(0, chosen.length - hit.length - owed.length));
}

function leftOut(pods: readonly Pod[], why: readonly string[], owed: readonly Pod[]): string {
	const are = pods.length === 1 ? "matches and is not hit" : "match and are not hit";
	const left =
		owed.length === 1 ? "is no target any more and still recovers" : "are no targets any more and still recover";
	return [
		`${count(pods.length, "pod")} more ${are} (${fewOf(pods.map(podName))}): ${why.join("; ")}`,
		...(owed.length > 0 ? [`${count(owed.length, "pod")} (${fewOf(owed.map(podName))}) ${left}`] : []),
	].join("; ");
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
	return keyOf(record.selectorKey, podNameOf(record));
}

function keyOf(side: string, pod: string): string {
	return `${side} ${pod}`;
}
