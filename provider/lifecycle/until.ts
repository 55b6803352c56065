import { setTimeout as sleep } from "node:timers/promises";
import { formatDuration } from "../../api/duration.ts";
import type { Experiment } from "../../api/experiment.ts";
import { ApiError, type Query } from "../cluster/cluster.ts";
import { LifecycleError } from "./failure.ts";

/** Bounds of a wait. */
export interface Limits {
	/** From the start of the wait. */
	timeoutMs: number;
	/** How often `settle` is asked while nothing changes: what depends on time alone is noticed with this delay. */
	tickMs: number;
	/** How long no controller may answer. */
	noAnswerMs: number;
	/** Ends the wait with an {@link Interrupted}. */
	signal: AbortSignal;
}

/** The user gave up, or the engine is gone. */
export class Interrupted extends LifecycleError {}

/** What can be followed: a cluster has experiments, and its `probes` Probes. */
export interface Followable<O> {
	follow(query: Query, signal: AbortSignal): AsyncIterable<O[]>;
}

/**
 * Follows what a query finds until `settle` returns something, which is the result; undefined when the time is up. `settle` gets
 * the objects and for how long we have waited, in milliseconds. Throws when the cluster could not be asked in all that time.
 */
export async function until<T, O = Experiment>(
	cluster: Followable<O>,
	query: Query,
	limits: Limits,
	settle: (objects: O[], waitedMs: number) => T | undefined | Promise<T | undefined>,
): Promise<T | undefined> {
	const started = performance.now();
	const stop = new AbortController();
	const signal = AbortSignal.any([limits.signal, stop.signal]);
	const states = cluster.follow(query, signal)[Symbol.asyncIterator]();
	let objects: O[] | undefined;
	let next = states.next();
	try {
		for (;;) {
			const tick = sleep(limits.tickMs, "tick" as const, { signal }).catch(() => "tick" as const);
			const came = await Promise.race([next, tick]);
			if (limits.signal.aborted) throw new Interrupted("interrupted; what was begun goes on in the cluster");
			if (came !== "tick") {
				if (came.done) throw new Error("following the cluster ended without a reason");
				objects = came.value;
				next = states.next();
			}
			const waited = performance.now() - started;
			const settled = objects && (await settle(objects, waited));
			if (settled !== undefined) return settled;
			if (waited < limits.timeoutMs) continue;
			if (objects) return undefined;
			throw new ApiError(0, `no answer for ${formatDuration(limits.timeoutMs)}`);
		}
	} finally {
		stop.abort();
		// The step under way ends with the abort; whether it failed does not matter any more.
		next.catch(() => {});
		void states.return?.()?.catch(() => {});
	}
}
