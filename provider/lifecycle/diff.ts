import { isDeepStrictEqual } from "node:util";
import type { ClusterReference } from "../cluster/reference.ts";
import { type Context, title } from "./context.ts";
import { holdsUnknown } from "./engine-protocol.ts";
import { LifecycleError } from "./failure.ts";
import { isElsewhere, plain, replacing } from "./replacing.ts";
import { desiredPhase, type ExperimentInputs, type ExperimentState } from "./state.ts";

/** Answer to the engine's `diff`; `changes` is always said, since silence makes the engine guess from all properties. */
export interface DiffResult {
	changes: boolean;
	replaces?: string[];
	deleteBeforeReplace?: boolean;
}

const mutable = ["owner", "scope", "timeout", "paused", "ownerTeam", "reason", "limit", "follow", "cluster"] as const;

/** Compares the state with what the program wants, and where the fault stands with where it should. */
export function diffExperiment(context: Context, state: ExperimentState, news: ExperimentInputs): DiffResult {
	const replaces = replacing(context, state, news);
	if (replaces.length > 0) refuseAnewWhileAdopting(state, news, replaces);
	// The engine asks for no replacement of what only the state holds; it would make a second object beside the first.
	if (replaces.length > 0) return { changes: true, replaces, deleteBeforeReplace: true };
	return { changes: isUpdated(state, news) || hasDrifted(state, news) };
}

type Mutable = Partial<Record<(typeof mutable)[number], unknown>>;

/** Whether something differs that is changed in place. */
export function isUpdated(before: Mutable, after: Mutable): boolean {
	return mutable.some((name) => !isDeepStrictEqual(plain(before[name]), plain(after[name])));
}

/** The create of a replacement would look for what its delete has just recovered, and fail after the fault is out. */
function refuseAnewWhileAdopting(state: ExperimentState, news: ExperimentInputs, replaces: readonly string[]): void {
	if (news.adopt !== true || holdsUnknown(news)) return;
	throw new LifecycleError(
		`adopt: ${title(state)} is in the state already, and a change of its ${replaces.join(" and ")} recovers it and injects it ` +
			"anew; take adopt out of the program for that",
	);
}

/** Compares what Scope and Drain have. The label of a Scope is its identity. */
export function diffReference(
	context: Context,
	state: { cluster: ClusterReference; timeout?: string; scope?: string },
	news: { cluster: ClusterReference; timeout?: string; scope?: string },
): DiffResult {
	const replaces: string[] = state.scope === news.scope ? [] : ["scope"];
	if (isElsewhere(context, state.cluster, news.cluster)) replaces.push("cluster");
	if (replaces.length > 0) return { changes: true, replaces };
	return { changes: state.timeout !== news.timeout || !isDeepStrictEqual(plain(state.cluster), plain(news.cluster)) };
}

/** A fault whose time is over, or that was done once, is finished, as was declared. */
function hasDrifted(state: ExperimentState, news: ExperimentInputs): boolean {
	return state.phase !== "Finished" && state.phase !== (news.phase ?? desiredPhase(news.paused));
}
