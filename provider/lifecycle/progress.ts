import { formatDuration } from "../../api/duration.ts";
import type { Experiment } from "../../api/experiment.ts";
import { followAnnotation } from "../../api/names.ts";
import type { Reason } from "../../api/status.ts";
import { condition, hasMissed, holds, isNotPreviewed, isRefused, targetRecords, timeOf } from "./observe.ts";
import type { Patience } from "./patience.ts";

/** What a wait for an experiment is after. */
export interface Wish {
	phase: "Injected" | "Paused";
	/** Value of the re-inject annotation that the controller must have acted on. */
	reinject?: string;
}

/** The wish came true with this object, or it will not, and why; undefined: not decided. */
export type Verdict = { done: Experiment } | Failed | undefined;

/** Why a wish does not come true. */
interface Failed {
	failed: string;
	/** What follows, as a sentence; absent: it can be tried again. */
	next?: string;
}

const anew = 'Nothing was injected. It stays in the state; "pulumi up" makes it anew';

/** Reasons that seldom go away by themselves, and how long each is borne. */
const stuckAfter: Partial<Record<Reason, (patience: Patience) => number>> = {
	NoTarget: (patience) => patience.noTargetMs,
	UnknownNamespace: (patience) => patience.noTargetMs,
	UnknownNode: (patience) => patience.noTargetMs,
	UnknownHost: (patience) => patience.noTargetMs,
	GuardRails: (patience) => patience.noTargetMs,
	SelectionFailed: (patience) => patience.nodeMs,
	InjectFailed: (patience) => patience.nodeMs,
	NodeUnavailable: (patience) => patience.nodeMs,
	TargetGone: (patience) => patience.nodeMs,
	FaultLost: (patience) => patience.nodeMs,
};

/** Judges an experiment each time it is looked at; remembers since when it has been stuck. */
export class Progress {
	private readonly wish: Wish;
	private readonly patience: Patience;
	private stuck: { reason: Reason; sinceMs: number } | undefined;

	constructor(wish: Wish, patience: Patience) {
		this.wish = wish;
		this.patience = patience;
	}

	/** @param waitedMs how long the wait has taken so far */
	judge(experiment: Experiment | undefined, waitedMs: number): Verdict {
		if (experiment === undefined) return { failed: "somebody deleted it in the meantime" };
		if (experiment.metadata.deletionTimestamp !== undefined) return { failed: "somebody is deleting it" };
		if (this.wish.phase === "Injected") {
			const failed = stoppedByProbe(experiment);
			if (failed) return failed;
			if (isNotPreviewed(experiment)) return { failed: condition(experiment, "Selected")?.message ?? "" };
		}
		if (holds(experiment, "Expired")) return this.expired(experiment);
		if (this.cameTrue(experiment)) return { done: experiment };
		if (holds(experiment, "Unrecoverable")) return { failed: why(experiment) };
		if (holds(experiment, "Stopped")) return { failed: condition(experiment, "Stopped")?.message ?? "" };
		return this.isStuck(experiment, waitedMs);
	}

	private cameTrue(experiment: Experiment): boolean {
		const { phase, reinject } = this.wish;
		if (phase === "Paused") return holds(experiment, "Paused") && holds(experiment, "AllRecovered");
		const acted = reinject === undefined || experiment.status?.reinjected === reinject;
		return acted && holds(experiment, "AllInjected") && !holds(experiment, "Paused");
	}

	/** A fault that was shorter than the wait for it is no failure; one that does not go at its end is. */
	private expired(experiment: Experiment): Verdict {
		if (holds(experiment, "Unrecoverable")) return { failed: why(experiment) };
		const targets = targetRecords(experiment);
		const missed = targets.filter((record) => record.injectedCount === 0);
		// Who follows its selector may have come too late for the last of it.
		const follows = experiment.metadata.annotations?.[followAnnotation] === "true";
		const done = missed.length === 0 || (follows && missed.length < targets.length);
		if (this.wish.phase === "Paused" || (targets.length > 0 && done)) {
			return { done: experiment };
		}
		const time = timeOf(experiment);
		if (hasMissed(experiment)) return { failed: `its ${time} was over before anything was hit`, next: anew };
		return {
			failed: `its ${time} was over before every target was hit`,
			next: "It stays in the state as it has ended; to have it once more, change one of its triggers",
		};
	}

	private isStuck(experiment: Experiment, waitedMs: number): Verdict {
		const { noAnswerMs } = this.patience;
		if (experiment.status?.conditions === undefined) {
			if (waitedMs < noAnswerMs) return undefined;
			return { failed: noController(noAnswerMs) };
		}
		const blocked = [condition(experiment, "Selected"), condition(experiment, "AllInjected")].find(
			(one) => one?.status === "False" && one.reason in stuckAfter,
		);
		if (!blocked) {
			this.stuck = undefined;
			return undefined;
		}
		if (this.stuck?.reason !== blocked.reason) this.stuck = { reason: blocked.reason, sinceMs: waitedMs };
		const limitMs = stuckAfter[blocked.reason]?.(this.patience) ?? 0;
		if (waitedMs - this.stuck.sinceMs < limitMs) return undefined;
		const what = blocked.type === "Selected" ? "no target" : "no progress";
		return { failed: `${what} for ${formatDuration(limitMs)}: ${why(experiment)}` };
	}
}

/** Says that no controller has written anything for so long (ms). */
export function noController(waitedMs: number): string {
	return (
		`the controller has not answered for ${formatDuration(waitedMs)}; is it running? Look with ` +
		`"kubectl get pods --all-namespaces -l pulumi-chaos.io/component=controller"`
	);
}

/** What a probe has kept from being in place, or will not let be. */
function stoppedByProbe(experiment: Experiment): Failed | undefined {
	const aborted = condition(experiment, "Aborted");
	if (aborted?.status === "True") {
		return {
			failed: aborted.message,
			next: 'It stays in the state, and "pulumi up" does not inject it again until one of its triggers, or its spec, changes',
		};
	}
	if (!isRefused(experiment)) return undefined;
	return {
		failed: why(experiment),
		next: `${anew}, and its probes are asked again`,
	};
}

/** What stands in the way, in the words of the controller and the nodes. */
export function why(experiment: Experiment): string {
	const unrecoverable = condition(experiment, "Unrecoverable");
	if (unrecoverable?.status === "True") return unrecoverable.message;
	const said = (["Selected", "AllInjected"] as const)
		.map((type) => condition(experiment, type))
		.find((one) => one?.status === "False")?.message;
	return said ?? "the controller gives no reason";
}
