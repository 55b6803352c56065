import type { JsonObject } from "../json.ts";
import type { WatchScope } from "../object-watch.ts";

/** What the state of an object says: it is ready, it may become so, or it never will. */
export type Verdict = { phase: "ready" } | { phase: "waiting" | "failed"; reasons: string[] };

/** How the readiness of one kind is told. */
export interface Readiness {
	/** Other objects that have to be seen for it: a workload's pods, a service's endpoints. */
	related?(object: JsonObject): WatchScope | undefined;
	/** Judges one state of the object and of what {@link related} named. */
	judge(object: JsonObject, related: JsonObject[]): Verdict;
}

/** Ready when there is no reason why not. */
export function readyUnless(reasons: string[]): Verdict {
	return reasons.length === 0 ? { phase: "ready" } : { phase: "waiting", reasons };
}
