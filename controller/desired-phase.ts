import { parseDuration } from "../api/duration.ts";
import type { Experiment } from "../api/experiment.ts";
import { pauseAnnotation } from "../api/names.ts";
import type { DesiredPhase } from "../api/status.ts";
import type { ProbeFailure, Standing } from "./probes/standing.ts";

/** What an experiment should be now, and why. */
export interface Desired {
	phase: DesiredPhase;
	why: "running" | "deleted" | "aborted" | "refused" | "expired" | "stopped" | "paused";
	paused: boolean;
	expired: boolean;
	/** The emergency stop that is in force, in words. */
	stop?: string;
	/** The probe that has aborted it. */
	aborted?: ProbeFailure;
	/** The probe that lets nothing be injected. */
	refused?: ProbeFailure;
	/** When the experiment's time is over, ms since the epoch. */
	deadline: number;
}

/** What an experiment is under. */
export interface Circumstances {
	/** Ms since the epoch. */
	now: number;
	/** How long an experiment without a duration runs. */
	defaultDurationMs: number;
	/** It is done once and can't be undone. */
	oneShot: boolean;
	/** The emergency stop that is in force, in words. */
	stop?: string | undefined;
	/** What its probes say. */
	standing: Standing;
}

/**
 * First match wins: being deleted (Stop), a probe that has failed (Stop), what was done once and can't be undone (Run, whatever time, pause
 * and emergency say), time over, an emergency stop, paused (all: Stop), else Run. Time counts from the creation of the experiment, as
 * upstream's does. A duration that can't be read counts as none: an experiment must end, whatever got past validation.
 */
export function desire(
	experiment: Experiment,
	{ now, defaultDurationMs, oneShot, stop, standing }: Circumstances,
): Desired {
	const { creationTimestamp, deletionTimestamp, annotations } = experiment.metadata;
	const given = typeof experiment.spec.duration === "string" ? parseDuration(experiment.spec.duration) : undefined;
	const deadline = Date.parse(creationTimestamp) + (given ?? defaultDurationMs);
	const paused = !oneShot && annotations?.[pauseAnnotation] === "true";
	const expired = !oneShot && now >= deadline;
	const stopped = stop !== undefined && !(oneShot && isDone(experiment));
	const why =
		deletionTimestamp !== undefined ? "deleted" : (whyFailed(standing) ?? whyAlive({ expired, stopped, paused }));
	const { aborted, refused } = standing;
	return {
		phase: why === "running" ? "Run" : "Stop",
		why,
		paused,
		expired,
		deadline,
		...(stopped && { stop }),
		...(aborted && { aborted }),
		...(refused && { refused }),
	};
}

function whyFailed({ aborted, refused }: Standing): "aborted" | "refused" | undefined {
	if (aborted) return "aborted";
	return refused && "refused";
}

function whyAlive({ expired, stopped, paused }: Record<"expired" | "stopped" | "paused", boolean>): Desired["why"] {
	if (expired) return "expired";
	if (stopped) return "stopped";
	return paused ? "paused" : "running";
}

function isDone({ status }: Experiment): boolean {
	const records = status?.experiment.containerRecords ?? [];
	return records.length > 0 && records.every(({ phase }) => phase === "Injected");
}
