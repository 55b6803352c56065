import type { TargetRecord } from "../api/status.ts";
import { isHeld } from "./records.ts";

/**
 * The records after targets were chosen again: those that stay as they are, others marked as leaving, and those that come at the
 * end. A record goes only when nothing of the fault is on its target, or with its pod; one that leaves does so to the end, even
 * when its pod is meant again.
 */
export function regrouped(
	records: readonly TargetRecord[],
	stays: (record: TargetRecord) => boolean,
	coming: readonly TargetRecord[],
): TargetRecord[] {
	const left = records
		.map((record) => (record.leaves || stays(record) ? record : { ...record, leaves: true as const }))
		.filter((record) => !isDone(record));
	const there = new Set(left.map(keyOf));
	return [...left, ...coming.filter((record) => !there.has(keyOf(record)))];
}

/** Whether a record is of no use any more to an experiment that follows its selector. */
export function isDone(record: TargetRecord): boolean {
	return record.reason === "TargetGone" || hasLeft(record);
}

/** Whether a record was to leave, and nothing of the fault is on its target any more. */
export function hasLeft(record: TargetRecord): boolean {
	return record.leaves === true && !isHeld(record);
}

function keyOf({ selectorKey, id }: TargetRecord): string {
	return `${selectorKey} ${id}`;
}
