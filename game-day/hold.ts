import { setTimeout as sleep } from "node:timers/promises";
import type { Experiment } from "../api/experiment.ts";
import { holds } from "../provider/lifecycle/observe.ts";
import type { DeclaredExperiment } from "./program.ts";
import type { Seen, Watch } from "./watch.ts";

/** Why a hold is over. `cut` is up to whoever has aborted the signal. */
export type HoldEnd = "time" | "probe" | "over" | "cut";

/** What is waited for. */
export interface HoldTerms {
	holdMs: number;
	/** Called at the beginning; the hold lasts until it has returned. Gets a signal that says when nobody waits any more. */
	during: (signal: AbortSignal) => unknown;
	declared: readonly DeclaredExperiment[];
	/** Ends the hold. */
	signal: AbortSignal;
}

/**
 * Waits for the time of the hold, and for the callback; ends early when a probe has ended an experiment, or all have come to an
 * end by themselves and there is no callback to wait for. Rejects with what the callback throws, as soon as it does.
 */
export async function hold(watch: Watch, { holdMs, during, declared, signal }: HoldTerms): Promise<HoldEnd> {
	const stop = new AbortController();
	const ends = AbortSignal.any([signal, stop.signal]);
	const called = Promise.resolve().then(() => during(ends));
	const time = sleep(holdMs, undefined, { signal: ends }).catch(() => {});
	const all = (): Seen[] => declared.flatMap(({ owner }) => watch.seen.get(owner) ?? []);
	const probe = watch.until(() => all().some(({ latest }) => holds(latest, "Aborted")), ends);
	const allOver = (): boolean => all().length === declared.length && all().every(isOver);
	const over = watch.until(allOver, ends);
	try {
		return await Promise.race([
			aborted(ends).then(() => "cut" as const),
			probe.then((came) => (came ? ("probe" as const) : "cut")),
			Promise.all([called, Promise.race([time, over])]).then(() =>
				signal.aborted ? "cut" : allOver() ? "over" : "time",
			),
		]);
	} finally {
		stop.abort();
		// Nobody waits for it any more; whether it fails by then does not matter.
		called.catch(() => {});
	}
}

/** Whether there is nothing more to come of an experiment. */
function isOver({ latest, present }: Seen): boolean {
	if (!present || latest.status?.verdict !== undefined) return true;
	return !hasProbes(latest) && holds(latest, "Expired");
}

function hasProbes({ spec }: Experiment): boolean {
	return (spec.probes ?? []).length > 0;
}

function aborted(signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		if (signal.aborted) resolve();
		else signal.addEventListener("abort", () => resolve(), { once: true });
	});
}
