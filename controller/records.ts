import type { Experiment } from "../api/experiment.ts";
import { injectionId } from "../api/injection-id.ts";
import type { Traits } from "../api/kind.ts";
import type { Reason, RecordEvent, TargetRecord } from "../api/status.ts";
import type { Pod } from "../selection/pod.ts";
import { packed, packedFrom } from "./packing.ts";
import type { RecoverItem } from "./world.ts";

/** A record of a pod that was just chosen, or of one of its containers. */
export function newRecord(selectorKey: string, { metadata, spec }: Pod, container?: string): TargetRecord {
	return {
		id: [metadata.namespace, metadata.name, ...(container === undefined ? [] : [container])].join("/"),
		selectorKey,
		phase: "Not Injected",
		injectedCount: 0,
		recoveredCount: 0,
		node: spec.nodeName ?? "",
		podUid: metadata.uid,
		...(container !== undefined && { container }),
	};
}

/** Id of the fault on the record's target. */
export function injectionOf(
	experimentUid: string,
	{ selectorKey, podUid, container }: Pick<TargetRecord, "selectorKey" | "podUid" | "container">,
): string {
	return injectionId(experimentUid, selectorKey, podUid, container);
}

/** Namespace and name of the record's pod. */
export function podOf({ id }: TargetRecord): { namespace: string; name: string } {
	const [namespace = "", name = ""] = id.split("/");
	return { namespace, name };
}

/** Name of the record's pod, as `podName` of a pod has it: `shop/front-1`. */
export function podNameOf(record: TargetRecord): string {
	const { namespace, name } = podOf(record);
	return `${namespace}/${name}`;
}

/**
 * Whether something of the fault may be on the target, so that a recovery is owed. A lost fault counts: what was undone behind
 * our back may have been undone in part.
 */
export function isHeld({ phase, reason }: TargetRecord): boolean {
	return phase !== "Not Injected" || reason === "FaultLost";
}

/** Whether a recovery is owed to the target: nothing is to what can't be undone. */
export function isOwed({ oneShot }: Pick<Traits, "oneShot">, record: TargetRecord): boolean {
	return !oneShot && isHeld(record);
}

/** What is taken out of a target, or asked after. */
export function recoverItem(
	{ kind, metadata }: Pick<Experiment, "kind" | "metadata">,
	record: TargetRecord,
): RecoverItem {
	const { namespace, name } = podOf(record);
	return {
		id: injectionOf(metadata.uid, record),
		experiment: metadata.uid,
		kind,
		target: { namespace, pod: name, podUid: record.podUid },
	};
}

/** The record in another phase, with why it is not where it should be; without a reason: it is, or is on its way. */
export function inPhase(
	record: TargetRecord,
	phase: TargetRecord["phase"],
	reason?: Reason,
	message?: string,
): TargetRecord {
	const { reason: _reason, message: _message, ...rest } = record;
	return { ...rest, phase, ...(reason && { reason }), ...(message !== undefined && { message }) };
}

/** Events kept in each record, so that the object stays small: 400 in all, at most 10 and at least 1 each, or none at all. */
export function eventCap(records: number): number {
	return records > packedFrom ? 0 : Math.min(10, Math.max(1, Math.floor(400 / records)));
}

/** Characters kept of a message in a record, for the same reason. */
export function messageCap(records: number): number {
	return Math.min(500, Math.max(shortestMessage, Math.floor(100_000 / records)));
}

/** Whether an experiment with its records fits into one object whatever happens to them: etcd takes no more than 1.5 MiB. */
export function fitsObject(experiment: Experiment, containerRecords: TargetRecord[]): boolean {
	const whole = packed({ ...experiment, status: { experiment: { desiredPhase: "Run", containerRecords } } });
	const each =
		containerRecords.length > packedFrom ? reasonSize + shortestMessage / 2 : eventSize + 2 * shortestMessage;
	return JSON.stringify(whole).length + containerRecords.length * each <= largestObject;
}

const shortestMessage = 60;
/** An event in JSON, without its message; a reason with the longest name of a phase. */
const eventSize = 110;
const reasonSize = 36;
const largestObject = 1_400_000;

/** The record with one more event, the oldest dropped beyond the cap. */
export function withEvent(record: TargetRecord, event: RecordEvent, cap: number): TargetRecord {
	if (cap === 0) return record;
	return { ...record, events: [...(record.events ?? []), event].slice(-cap) };
}
