import { probeStages } from "../api/probe.ts";
import type { Condition, ConditionType, Reason, Status, TargetRecord } from "../api/status.ts";
import { count, fewOf } from "../api/wording.ts";
import type { Desired } from "./desired-phase.ts";
import { failureOf } from "./probes/standing.ts";
import { isHeld } from "./records.ts";

/** Reason of a Kubernetes event on an experiment. */
export type EventReason =
	| "Started"
	| "Applied"
	| "Recovered"
	| "Paused"
	| "EmergencyStop"
	| "Aborted"
	| "ProbeFailed"
	| "Verdict"
	| "TimeUp"
	| "Deleted"
	| "Failed"
	| "FaultLost"
	| "LeaseExpired"
	| "ContainerRestarted"
	| "TargetGone"
	| "HostLost"
	| "Limited"
	| "TargetJoined"
	| "TargetLeft"
	| "TargetReplaced";

/** Why a target has the fault no more, each told once when it comes to that. */
const losses = ["FaultLost", "LeaseExpired", "ContainerRestarted", "TargetGone"] as const;

/** A Kubernetes event to be made. */
export interface Announcement {
	type: "Normal" | "Warning";
	reason: EventReason;
	message: string;
}

/**
 * The events that a change of status amounts to: one for each kind of step, whatever the number of targets. A status that did
 * not change gives none, so that a retry does not repeat itself.
 */
export function announcements(before: Status | undefined, after: Status, desired: Desired): Announcement[] {
	const pairs = recordPairs(before, after);
	const ids = (which: (now: TargetRecord, was: TargetRecord | undefined) => boolean): string[] =>
		pairs.filter(([now, was]) => which(now, was)).map(([now]) => now.id);
	const became = (reason: TargetRecord["reason"]) => (now: TargetRecord, was: TargetRecord | undefined) =>
		now.reason === reason && was?.reason !== reason;
	return [
		...probeFailures(before, after),
		...phaseChange(before, desired),
		...selectionFailure(before, after),
		...batch("Normal", "TargetReplaced", ids(replaced), "came back as new pods and are targets again"),
		...regrouping(before, after),
		...batch("Normal", "Applied", ids(isApplied), "have the fault in place"),
		...batch("Normal", "Recovered", ids(isRecovered), "have nothing of the fault left"),
		...losses.flatMap((reason) => batch("Warning", reason, ids(became(reason)), firstMessage(pairs, reason))),
		...told("HostLost", before, after),
		...told("Limited", before, after),
		...failures(pairs),
		...verdict(before, after),
	];
}

type Pair = [now: TargetRecord, was: TargetRecord | undefined];

function recordPairs(before: Status | undefined, after: Status): Pair[] {
	const key = (record: TargetRecord): string => `${record.selectorKey} ${record.id}`;
	const old = new Map((before?.experiment.containerRecords ?? []).map((record) => [key(record), record]));
	return (after.experiment.containerRecords ?? []).map((record) => [record, old.get(key(record))]);
}

function phaseChange(before: Status | undefined, desired: Desired): Announcement[] {
	const was = before === undefined ? undefined : whyOf(before);
	if (was === desired.why) return [];
	const until = new Date(desired.deadline).toISOString();
	switch (desired.why) {
		case "running":
			return [normal("Started", `runs until ${until}`)];
		case "deleted":
			return [normal("Deleted", "is being deleted; the fault is recovered first")];
		case "expired":
			return [normal("TimeUp", `its time ended at ${until}; the fault is recovered`)];
		case "stopped":
			return [warning("EmergencyStop", `is stopped by ${desired.stop}; the fault is recovered first`)];
		case "aborted":
			return [warning("Aborted", `${desired.aborted?.message}; the fault is recovered`)];
		case "refused":
			// Which probe has failed is an event already.
			return [];
		case "paused":
			return [normal("Paused", "is paused; the fault is recovered until the annotation goes")];
	}
}

const whyByReason: Partial<Record<Reason, Desired["why"]>> = {
	Paused: "paused",
	Expired: "expired",
	EmergencyStop: "stopped",
	Aborted: "aborted",
	ProbeFailed: "refused",
	ProbeError: "refused",
};

/** Why the experiment was in the phase that its status says. */
function whyOf({ conditions, experiment }: Status): Desired["why"] | undefined {
	if (experiment.desiredPhase === "Run") return "running";
	const reason = conditions?.find(({ type }) => type === "AllInjected")?.reason;
	return (reason && whyByReason[reason]) ?? "deleted";
}

/** A probe that has failed in a part of the experiment is told once. */
function probeFailures(before: Status | undefined, after: Status): Announcement[] {
	return (after.probes ?? []).flatMap((status) => {
		const was = before?.probes?.find(({ name }) => name === status.name);
		return probeStages.flatMap((stage) => {
			const failure = failureOf(status, stage);
			return failure && !(was && failureOf(was, stage)) ? [warning("ProbeFailed", failure.message)] : [];
		});
	});
}

function verdict(before: Status | undefined, after: Status): Announcement[] {
	if (after.verdict === undefined || before?.verdict === after.verdict) return [];
	const message = `the verdict is "${after.verdict}"`;
	return [after.verdict === "passed" ? normal("Verdict", message) : warning("Verdict", message)];
}

function selectionFailure(before: Status | undefined, after: Status): Announcement[] {
	const now = conditionOf(after, "Selected");
	const was = conditionOf(before, "Selected");
	if (now?.status !== "False" || after.experiment.desiredPhase === "Stop" || was?.message === now.message) return [];
	return [warning("Failed", `failed to select targets: ${now.message}`)];
}

/** What a condition says is told once: a name that stands for nothing any more, pods that are left out. */
function told(type: "HostLost" | "Limited", before: Status | undefined, after: Status): Announcement[] {
	const now = conditionOf(after, type);
	if (now?.status !== "True" || conditionOf(before, type)?.message === now.message) return [];
	return [warning(type, now.message)];
}

/** Who has become a target since there were some, and who is none any more. */
function regrouping(before: Status | undefined, after: Status): Announcement[] {
	const was = before?.experiment.containerRecords;
	const now = after.experiment.containerRecords;
	if (!was || !now) return [];
	const without = (some: readonly TargetRecord[], others: readonly TargetRecord[]): string[] => {
		const known = new Set(others.map(({ selectorKey, podUid, id }) => `${selectorKey} ${podUid} ${id}`));
		return some
			.filter(({ selectorKey, podUid, id }) => !known.has(`${selectorKey} ${podUid} ${id}`))
			.map(({ id }) => id);
	};
	const replacedIds = new Set(
		recordPairs(before, after)
			.filter(([one, old]) => replaced(one, old))
			.map(([{ id }]) => id),
	);
	const joined = without(now, was).filter((id) => !replacedIds.has(id));
	const left = without(was, now).filter((id) => !replacedIds.has(id));
	return [
		...batch("Normal", "TargetJoined", joined, "match the selector now and are targets"),
		...batch("Normal", "TargetLeft", left, "are no targets any more and have nothing of the fault left"),
	];
}

function conditionOf(status: Status | undefined, type: ConditionType): Condition | undefined {
	return status?.conditions?.find((condition) => condition.type === type);
}

/** One event for each way in which steps fail, with the targets that it happened to. */
function failures(pairs: readonly Pair[]): Announcement[] {
	const byMessage = new Map<string, string[]>();
	for (const [now, was] of pairs) {
		const { reason, message, id } = now;
		if (reason !== "InjectFailed" && reason !== "RecoverFailed" && reason !== "NodeUnavailable") continue;
		if (was?.reason === reason && was.message === message) continue;
		const step = now.phase === "Injected/Wait" ? "recover" : "inject";
		const text = `failed to ${step}: ${message}`;
		byMessage.set(text, [...(byMessage.get(text) ?? []), id]);
	}
	return [...byMessage].slice(0, 10).map(([text, ids]) => ({
		type: "Warning",
		reason: "Failed",
		message: `${text} (${count(ids.length, "target")}: ${fewOf(ids)})`,
	}));
}

function batch(type: Announcement["type"], reason: EventReason, ids: string[], what: string): Announcement[] {
	return ids.length === 0 ? [] : [{ type, reason, message: `${count(ids.length, "target")} (${fewOf(ids)}): ${what}` }];
}

function firstMessage(pairs: readonly Pair[], reason: TargetRecord["reason"]): string {
	return pairs.find(([now]) => now.reason === reason)?.[0].message ?? "";
}

function isApplied(now: TargetRecord, was: TargetRecord | undefined): boolean {
	return now.phase === "Injected" && was?.phase !== "Injected";
}

function isRecovered(now: TargetRecord, was: TargetRecord | undefined): boolean {
	return was !== undefined && isHeld(was) && !isHeld(now) && now.reason === undefined && now.podUid === was.podUid;
}

function replaced(now: TargetRecord, was: TargetRecord | undefined): boolean {
	return was !== undefined && was.podUid !== now.podUid;
}

function normal(reason: EventReason, message: string): Announcement {
	return { type: "Normal", reason, message };
}

function warning(reason: EventReason, message: string): Announcement {
	return { type: "Warning", reason, message };
}
