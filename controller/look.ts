import { type Limiter, limiter } from "../api/limiter.ts";
import type { TargetRecord } from "../api/status.ts";
import type { Pod } from "../selection/pod.ts";
import { runs } from "../selection/select.ts";
import { injected, measured, recovered } from "./outcomes.ts";
import type { Pass } from "./pass.ts";
import { eventCap, inPhase, isHeld, messageCap, podOf, recoverItem } from "./records.ts";
import type { Observed, World } from "./world.ts";

/** Pods read live at the same time. */
const reads = 10;

/** What looking at the targets needs. */
type Looker = Pick<Pass, "world" | "calls" | "caller" | "experiment" | "traits">;

/**
 * The records of a running experiment after a look at what the daemons and the cluster say: faults that are gone, targets that
 * are gone, pods that came back under the same name.
 */
export async function lookWhileRunning(looker: Looker, records: readonly TargetRecord[]): Promise<TargetRecord[]> {
	const inTurn = limiter(reads);
	return Promise.all(
		records.map(async (record) => {
			if (looker.calls.busy(looker.caller.uid, record.node)) return record;
			if (record.leaves) return asLeft(looker, record, inTurn, records.length);
			// What is done can't get lost, and a target that is gone because of it is no news.
			if (looker.traits.oneShot && record.phase === "Injected") return record;
			const present = cached(looker.world, record);
			if (record.reason === "TargetGone") return whenBack(record, present);
			if (isGone(record, present)) {
				const now = await inTurn(() => live(looker.world, record));
				if (isGone(record, now))
					return looker.traits.oneShot && isBegun(record) ? done(looker, record, records) : targetGone(record, now);
			}
			return asObserved(looker, record, present, records.length);
		}),
	);
}

/**
 * The records of a stopped experiment after a look: what can't be recovered because the pod does not exist any more is
 * recovered with it, which only a live answer of the API server says; and what a daemon holds against the record is owed again.
 */
export async function lookWhileStopped(looker: Looker, records: readonly TargetRecord[]): Promise<TargetRecord[]> {
	const { calls, caller } = looker;
	const inTurn = limiter(reads);
	return Promise.all(
		records.map(async (record) =>
			calls.busy(caller.uid, record.node) ? record : asLeft(looker, record, inTurn, records.length),
		),
	);
}

/** The record of a target that is to have nothing of the fault. */
async function asLeft(looker: Looker, record: TargetRecord, inTurn: Limiter, records: number): Promise<TargetRecord> {
	const { world } = looker;
	if (!isHeld(record)) {
		const clean = record.reason === undefined ? record : inPhase(record, "Not Injected");
		return held.includes(stateOf(looker, record)) ? inPhase(record, "Injected/Wait") : clean;
	}
	const stuck = record.reason === "RecoverFailed" || record.reason === "NodeUnavailable";
	if (!stuck || !isGone(record, await inTurn(() => live(world, record)))) return record;
	return recovered(record, new Date(world.now()).toISOString(), eventCap(records));
}

/** Whether a step was begun whose end nobody knows: the controller was restarted in between. */
function isBegun({ phase }: TargetRecord): boolean {
	return phase === "Not Injected/Wait";
}

/** The record of a target that was to be ended, and has ended. */
function done({ world }: Looker, record: TargetRecord, all: readonly TargetRecord[]): TargetRecord {
	return injected(record, new Date(world.now()).toISOString(), eventCap(all.length));
}

/** What a daemon says of a fault that it has to take out, though the record knows of none: of a call that came through late. */
const held = ["injected", "lost", "failed"];

/** Deleted, replaced by another of the same name, or ended for good. */
export function isGone({ podUid }: TargetRecord, pod: Pod | undefined): boolean {
	return (
		pod === undefined ||
		pod.metadata.uid !== podUid ||
		pod.status.phase === "Succeeded" ||
		pod.status.phase === "Failed"
	);
}

function targetGone(record: TargetRecord, pod: Pod | undefined): TargetRecord {
	const how =
		pod === undefined
			? "the pod does not exist any more"
			: pod.metadata.uid === record.podUid
				? `the pod has ended (${pod.status.phase})`
				: "the pod was replaced by another of the same name";
	return inPhase(record, "Not Injected", "TargetGone", how);
}

/** A pod of the same name that runs (a StatefulSet's, say) takes the place of the one that is gone. */
function whenBack(record: TargetRecord, pod: Pod | undefined): TargetRecord {
	if (!pod || !runs(pod) || isGone({ ...record, podUid: pod.metadata.uid }, pod)) return record;
	return { ...inPhase(record, "Not Injected"), podUid: pod.metadata.uid, node: pod.spec.nodeName ?? "" };
}

function asObserved(looker: Looker, record: TargetRecord, pod: Pod | undefined, records: number): TargetRecord {
	const observed = observe(looker, record);
	const state = typeof observed === "string" ? observed : observed.status;
	const message = typeof observed === "string" ? undefined : observed.message;
	if (record.reason === "FaultLost") return state === "injected" ? inPhase(record, "Injected") : record;
	if (record.phase !== "Injected") return record;
	switch (state) {
		case "injected":
			return measured(record, message, records);
		case "lost":
			return lost(record, message ?? "the fault is gone from the target and nobody asked for it");
		case "absent":
		case "recovered":
			return lost(
				record,
				looker.traits.where === "node"
					? `the daemon of node ${record.node} does not hold the fault any more`
					: "the pod does not hold the fault any more: somebody has removed the annotation that says so",
			);
		case "lease expired":
			return leaseExpired(looker, record, records, message ?? "the node has taken it out");
		case "target gone":
			// A pod on its way out is still there for the API server; its end will be seen.
			if (pod?.metadata.deletionTimestamp !== undefined) return record;
			if (looker.traits.targets === "container") return restarted(record);
			return lost(record, message ?? `node ${record.node} can't find the target, though the pod still exists`);
		case "failed":
			return inPhase(record, "Not Injected/Wait", "InjectFailed", message ?? "the node says that the fault has failed");
		default:
			return record;
	}
}

function lost(record: TargetRecord, message: string): TargetRecord {
	return inPhase(record, "Not Injected", "FaultLost", message);
}

/** The container was started anew and knows nothing of the fault. Nobody took the fault out of it, so it is put in again. */
function restarted(record: TargetRecord): TargetRecord {
	const message = "the container was started anew, without the fault, which is put in again";
	return inPhase(record, "Not Injected/Wait", "ContainerRestarted", message);
}

/** Recovered by its node, because controllers were silent for too long; nobody wanted that, so it is put in place again. */
function leaseExpired({ world }: Looker, record: TargetRecord, records: number, message: string): TargetRecord {
	const clean = recovered(record, new Date(world.now()).toISOString(), eventCap(records));
	return inPhase(clean, "Not Injected", "LeaseExpired", message.slice(0, messageCap(records)));
}

function observe({ world, experiment, traits }: Looker, record: TargetRecord): Observed {
	return world.observed(traits.where, record.node, recoverItem(experiment, record));
}

function stateOf(looker: Looker, record: TargetRecord): string {
	const observed = observe(looker, record);
	return typeof observed === "string" ? observed : observed.status;
}

function cached(world: World, record: TargetRecord): Pod | undefined {
	const { namespace, name } = podOf(record);
	return world.cachedPod(namespace, name);
}

function live(world: World, record: TargetRecord): Promise<Pod | undefined> {
	const { namespace, name } = podOf(record);
	return world.readPod(namespace, name);
}
