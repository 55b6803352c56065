import type { TargetRecord } from "../api/status.ts";
import type { Outcome } from "./node-calls.ts";
import { eventCap, injectionOf, inPhase, messageCap, withEvent } from "./records.ts";

/** The records after these outcomes; those of a target that was replaced meanwhile fall away. */
export function absorb(uid: string, records: readonly TargetRecord[], outcomes: readonly Outcome[]): TargetRecord[] {
	const result = [...records];
	const { length } = records;
	const places = new Map(records.map((record, index) => [injectionOf(uid, record), index]));
	for (const outcome of outcomes) {
		const index = places.get(outcome.id);
		const record = index === undefined ? undefined : result[index];
		if (index !== undefined && record) result[index] = after(record, outcome, length);
	}
	return result;
}

function after(record: TargetRecord, outcome: Outcome, records: number): TargetRecord {
	const { operation, status, timestamp } = outcome;
	const cap = eventCap(records);
	if (operation === "Apply" && status === "injected") {
		return measured(injected(record, timestamp, cap), outcome.message, records);
	}
	if (operation === "Recover" && (status === "recovered" || status === "target gone")) {
		return recovered(record, timestamp, cap);
	}
	const phase = operation === "Apply" ? "Not Injected/Wait" : "Injected/Wait";
	const reason =
		status === "unavailable" ? "NodeUnavailable" : operation === "Apply" ? "InjectFailed" : "RecoverFailed";
	const message = (outcome.message ?? "the node gave no reason").slice(0, messageCap(records));
	return withEvent(inPhase(record, phase, reason, message), { type: "Failed", operation, message, timestamp }, cap);
}

/** The record once the fault is in place on its target. */
export function injected(record: TargetRecord, timestamp: string, cap: number): TargetRecord {
	const hit = { ...inPhase(record, "Injected"), injectedCount: record.injectedCount + 1 };
	return withEvent(hit, { type: "Succeeded", operation: "Apply", timestamp }, cap);
}

/** The record of a target that has the fault, with what was measured there; what is not said (any more) leaves what was. */
export function measured(record: TargetRecord, said: string | undefined, records: number): TargetRecord {
	const message = said?.slice(0, messageCap(records));
	return message === undefined || message === record.message ? record : { ...record, message };
}

/** The record of a target that gets nothing, and why; said once. */
export function refused(record: TargetRecord, why: string, timestamp: string, records: number): TargetRecord {
	const message = why.slice(0, messageCap(records));
	if (record.reason === "InjectFailed" && record.message === message) return record;
	const event = { type: "Failed", operation: "Apply", message, timestamp } as const;
	return withEvent(inPhase(record, record.phase, "InjectFailed", message), event, eventCap(records));
}

/** The record once nothing of the fault is left on its target. */
export function recovered(record: TargetRecord, timestamp: string, cap: number): TargetRecord {
	const clean = { ...inPhase(record, "Not Injected"), recoveredCount: record.recoveredCount + 1 };
	return withEvent(clean, { type: "Succeeded", operation: "Recover", timestamp }, cap);
}
