import { parseDuration } from "../api/duration.ts";
import type { Experiment } from "../api/experiment.ts";
import { pauseAnnotation } from "../api/names.ts";
import type { DesiredPhase } from "../api/status.ts";

/** What an experiment should be now, and why. */
export interface Desired {
	phase: DesiredPhase;
	why: "running" | "deleted" | "expired" | "paused";
	paused: boolean;
	expired: boolean;
	/** When the experiment's time is over, ms since the epoch. */
	deadline: number;
}

/**
 * First match wins: being deleted (Stop), what is done once and can't be undone (Run, whatever time and pause say), time over,
 * paused (both: Stop), else Run. Time counts from the creation of the experiment, as
 * upstream's does. A duration that can't be read counts as none: an experiment must end, whatever got past validation.
 */
export function desire(experiment: Experiment, now: number, defaultDurationMs: number, oneShot: boolean): Desired {
	const { creationTimestamp, deletionTimestamp, annotations } = experiment.metadata;
	const given = typeof experiment.spec.duration === "string" ? parseDuration(experiment.spec.duration) : undefined;
	const deadline = Date.parse(creationTimestamp) + (given ?? defaultDurationMs);
	const paused = !oneShot && annotations?.[pauseAnnotation] === "true";
	const expired = !oneShot && now >= deadline;
	const why =
		deletionTimestamp !== undefined ? "deleted" : expired ? "expired" : paused ? "paused" : ("running" as const);
	return { phase: why === "running" ? "Run" : "Stop", why, paused, expired, deadline };
}
