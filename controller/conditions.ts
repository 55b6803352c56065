import { cleanFinalizerAnnotation } from "../api/names.ts";
import type { Condition, ConditionType, Reason, TargetRecord } from "../api/status.ts";
import { count, fewOf } from "../api/wording.ts";
import type { NotSelected } from "../selection/not-selected.ts";
import type { Desired } from "./desired-phase.ts";
import { isHeld } from "./records.ts";

/** What the conditions of an experiment follow from. */
export interface Facts {
	desired: Desired;
	/** What is done can't be undone. */
	oneShot: boolean;
	/** Absent: no targets chosen yet. */
	records?: readonly TargetRecord[] | undefined;
	notSelected?: NotSelected | undefined;
	/** Pods that match and are not hit, and why. */
	limited?: string | undefined;
	/** Names of the probes that must pass before anything is injected. */
	awaited: readonly string[];
	/** Names in the spec that stand for nothing now, each as a sentence. */
	lostHosts: readonly string[];
	/** Whether a recovery has failed more than once in a row. */
	keepsFailing: boolean;
}

type Verdict = Pick<Condition, "status" | "reason" | "message">;

/** Conditions that stand in the list only once they were true. */
const onlyOnceTrue: readonly ConditionType[] = [
	"Expired",
	"Aborted",
	"Stopped",
	"FaultLost",
	"TargetGone",
	"Limited",
	"HostLost",
	"Unrecoverable",
];

/** All conditions, in the order of their types; `lastTransitionTime` moves only when a status does. */
export function conditions(previous: readonly Condition[], facts: Facts, now: string): Condition[] {
	const verdicts: Record<ConditionType, Verdict> = {
		Selected: selected(facts),
		AllInjected: allInjected(facts),
		AllRecovered: allRecovered(facts),
		Paused: facts.desired.paused
			? yes("Paused", "the pause annotation is set; the fault is recovered until it goes")
			: no("NotPaused", "the pause annotation is not set"),
		Expired: facts.desired.expired
			? yes("Expired", `the time of the experiment ended at ${new Date(facts.desired.deadline).toISOString()}`)
			: no("Running", "the time of the experiment is not over"),
		Aborted: abortedBy(facts.desired),
		Stopped: stopped(facts.desired),
		FaultLost: onRecords(facts, "FaultLost", "no fault is lost"),
		TargetGone: onRecords(facts, "TargetGone", "no target is missing"),
		Limited:
			facts.limited === undefined
				? settled(facts.desired, "nobody that matches is left out")
				: yes("GuardRails", facts.limited),
		HostLost: hostLost(facts),
		Unrecoverable: unrecoverable(facts),
	};
	return (Object.keys(verdicts) as ConditionType[]).flatMap((type) => {
		const verdict = verdicts[type];
		const before = previous.find((condition) => condition.type === type);
		if (!before && verdict.status === "False" && onlyOnceTrue.includes(type)) return [];
		const lastTransitionTime = before?.status === verdict.status ? before.lastTransitionTime : now;
		return [{ type, ...verdict, lastTransitionTime }];
	});
}

function abortedBy({ aborted }: Desired): Verdict {
	return aborted
		? yes(aborted.reason, `${aborted.message}; the fault is taken out and not put in again`)
		: no("Running", "no probe has failed while the fault was in place");
}

function stopped({ stop }: Desired): Verdict {
	return stop === undefined
		? no("Running", "no emergency stop is on")
		: yes(
				"EmergencyStop",
				`an emergency stop is on (${stop}); the fault stays out of every target until it is deleted`,
			);
}

/** Records of what is a target now. */
function targetsOf({ records }: Facts): TargetRecord[] | undefined {
	return records?.filter(({ leaves }) => !leaves);
}

function selected(facts: Facts): Verdict {
	const { desired, notSelected } = facts;
	const records = targetsOf(facts);
	if (records) {
		const others = records.filter(({ selectorKey }) => selectorKey !== ".").length;
		return yes(
			"Selected",
			`${count(records.length, "target")}${others > 0 ? `, ${others} of them on the other side` : ""}`,
		);
	}
	if (notSelected) return no(notSelected.reason, notSelected.message);
	return no(ended(desired) ?? "NoTarget", "the experiment has stopped before targets were chosen");
}

function allInjected(facts: Facts): Verdict {
	const { desired, oneShot, notSelected } = facts;
	const records = targetsOf(facts);
	if (desired.phase === "Stop") {
		const held = facts.records?.some(isHeld) ?? false;
		const reason = ended(desired) ?? (held ? "Recovering" : "Recovered");
		return no(reason, `the fault should not be in place: ${whyNot(desired)}`);
	}
	if (!records) {
		return no(notSelected?.reason ?? "Injecting", notSelected?.message ?? "targets are being chosen");
	}
	if (facts.awaited.length > 0) {
		return no("Probing", `nothing is injected until these probes have passed: ${facts.awaited.join(", ")}`);
	}
	const missing = records.filter(({ phase }) => phase !== "Injected");
	if (missing.length === 0) {
		const what = oneShot ? "was done once to" : "is in place on";
		return yes("Injected", `the fault ${what} ${all(records.length)}`);
	}
	const order: Reason[] = [
		"FaultLost",
		"InjectFailed",
		"NodeUnavailable",
		"TargetGone",
		"LeaseExpired",
		"ContainerRestarted",
	];
	return no(
		...worst(missing, order, "Injecting", `the fault is not in place on ${missing.length} of ${all(records.length)}`),
	);
}

function allRecovered({ desired, oneShot, records }: Facts): Verdict {
	if (oneShot) return no("Running", "what was done can't be undone, and needs not: nothing of it lasts");
	if (desired.phase === "Run") return no("Running", "the experiment is running");
	const held = (records ?? []).filter(isHeld);
	if (held.length === 0) return yes("Recovered", "nothing of the fault is left on any target");
	const text = `the fault is not recovered yet on ${held.length} of ${all(records?.length ?? 0)}`;
	return no(...worst(held, ["RecoverFailed", "NodeUnavailable"], "Recovering", text));
}

function unrecoverable(facts: Facts): Verdict {
	const { desired, records = [], keepsFailing } = facts;
	const stuck = records.filter(
		(record) =>
			(desired.phase === "Stop" || record.leaves) &&
			isHeld(record) &&
			(record.reason === "RecoverFailed" || record.reason === "NodeUnavailable"),
	);
	if (!keepsFailing || stuck.length === 0) return settled(desired, "no recovery is failing");
	return yes(
		"RecoverFailed",
		`recovery keeps failing on ${fewOf(stuck.map(({ id }) => id))}: ${stuck[0]?.message}; it is tried again until it succeeds. ` +
			`If the target's node will never come back, delete the experiment and annotate it ${cleanFinalizerAnnotation}=forced`,
	);
}

function onRecords(facts: Facts, reason: Reason, otherwise: string): Verdict {
	const { desired } = facts;
	const hit = (targetsOf(facts) ?? []).filter((record) => record.reason === reason);
	if (hit.length === 0) return settled(desired, otherwise);
	return yes(reason, `${fewOf(hit.map(({ id }) => id))}: ${hit[0]?.message}`);
}

/** Before there are targets, Selected says it. */
function hostLost({ desired, records, lostHosts }: Facts): Verdict {
	if (!records || lostHosts.length === 0) return settled(desired, "every name in the spec stands for addresses");
	return yes("HostLost", fewOf(lostHosts, 2));
}

/** What was true once and is not any more. */
function settled({ phase }: Desired, message: string): Verdict {
	return no(phase === "Run" ? "Running" : "Recovering", message);
}

/** Reason and message of the most telling of the records: the first reason in the order that any has. */
function worst(
	records: readonly TargetRecord[],
	order: readonly Reason[],
	otherwise: Reason,
	text: string,
): [Reason, string] {
	const reason = order.find((candidate) => records.some((record) => record.reason === candidate));
	if (!reason) return [otherwise, text];
	const hit = records.filter((record) => record.reason === reason);
	return [reason, `${text}; ${fewOf(hit.map(({ id }) => id))}: ${hit[0]?.message}`];
}

function whyNot({ why, stop, aborted, refused }: Desired): string {
	switch (why) {
		case "stopped":
			return `the experiment is stopped by ${stop}`;
		case "aborted":
			return aborted?.message ?? why;
		case "refused":
			return refused?.message ?? why;
		default:
			return `the experiment is ${why}`;
	}
}

function ended({ why, refused }: Desired): Reason | undefined {
	switch (why) {
		case "paused":
			return "Paused";
		case "expired":
			return "Expired";
		case "stopped":
			return "EmergencyStop";
		case "aborted":
			return "Aborted";
		case "refused":
			return refused?.reason;
		default:
			return undefined;
	}
}

function all(targets: number): string {
	return targets === 1 ? "1 target" : `${targets} targets`;
}

function yes(reason: Reason, message: string): Verdict {
	return { status: "True", reason, message };
}

function no(reason: Reason, message: string): Verdict {
	return { status: "False", reason, message };
}
