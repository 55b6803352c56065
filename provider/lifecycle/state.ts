import type { Verdict } from "../../api/status.ts";
import type { ClusterReference } from "../cluster/reference.ts";

/** Inputs of an experiment as they stand in users' state, after `check`. Names here are for ever. */
export interface ExperimentInputs {
	/** `NetworkChaos`. */
	kind: string;
	/** Name of the object in the cluster. */
	name: string;
	namespace: string;
	/** Which Pulumi resource the object belongs to; see identity.ts. */
	owner: string;
	/** Id of the stack's Scope. */
	scope: string;
	cluster: ClusterReference;
	/** Longest wait of one operation, as a duration. */
	timeout: string;
	paused?: boolean;
	/** The team that answers for it, and what it is for; they become annotations. */
	ownerTeam?: string;
	reason?: string;
	/** The environment that the stack is for: whoever makes it looks whether the cluster is that one. */
	environment?: string;
	/** The stack's own guard rails; `check` goes by them and leaves them out. */
	guardRails?: unknown;
	/** Values that stand for nothing in the experiment: when one changes, it is made anew. */
	triggers?: unknown[];
	/** The most that it may hit when it is made, and while its targets follow its selector: so many pods, and such a share (percent) of any one workload. */
	limit?: { targets?: number; percent?: number };
	/** Its targets follow its selector; absent: whoever is chosen at the start stays it. */
	follow?: boolean;
	/** Whom it is to hit, as this `up` has previewed it, as `namespace/pod`; absent: it is there already, or that was not known. */
	previewed?: string[];
	/** The first `create` takes over the object of that name instead of making one. */
	adopt?: boolean;
	/**
	 * Where the experiment should stand. `refresh` puts here what it saw, so that it reports a difference once and not each time;
	 * the next `check` puts the wish back, so that `up` sees it.
	 */
	phase: ExperimentPhase;
	spec: Record<string, unknown>;
}

/** What was seen of an experiment in the cluster. */
export interface Observation {
	uid: string;
	/** Where the experiment stands, in a word or two; see observe.ts. */
	phase: ExperimentPhase;
	/** Ids of the targets, `namespace/pod`, sorted. */
	targets: string[];
	/** A sentence for people; empty when all is well. */
	message: string;
	/** What the experiment says about the system, once that is decided; only with probes. */
	verdict?: Verdict;
	/** Where each probe stands, in words; only with probes. */
	probes?: Record<string, string>;
}

/** State of an experiment: its inputs and what was seen last. */
export type ExperimentState = Omit<ExperimentInputs, "phase"> & Observation;

/** Where an experiment should stand. */
export function desiredPhase(paused: boolean | undefined): "Paused" | "Injected" {
	return paused === true ? "Paused" : "Injected";
}

/** Inputs and state of a Scope: all experiments of one stack in one cluster. */
export interface ScopeInputs {
	kind: "Scope";
	/** Value of the label that the experiments carry. */
	scope: string;
	cluster: ClusterReference;
	timeout: string;
}

/** Inputs and state of a Drain: all experiments in one cluster. */
export interface DrainInputs {
	kind: "Drain";
	cluster: ClusterReference;
	timeout: string;
}

/**
 * `Injected`: every target is hit. `Aborted`: recovered for good, because a probe has failed. `Not started`: a probe has failed before anything was injected, or its time was over by then. `Paused`: recovered, because it was asked to. `Stopped`: recovered, because an emergency stop is
 * on. `Finished`: its duration is over, or it was to be done once and is done. `Edited`: the object in the cluster is not the one that was made. `Lost`: taken out of a living target by somebody. `Target gone`: a target does not exist any more. `No target`: nothing was selected.
 * `Injecting`, `Recovering`: on the way. `Unrecoverable`: a recovery keeps failing.
 */
export type ExperimentPhase =
	| "Injected"
	| "Paused"
	| "Stopped"
	| "Finished"
	| "Aborted"
	| "Not started"
	| "Edited"
	| "Lost"
	| "Target gone"
	| "No target"
	| "Injecting"
	| "Recovering"
	| "Unrecoverable";

/** How long an operation waits when the resource says nothing. */
export const defaultTimeout = "5m";
/** Where an experiment lives when the resource says nothing. */
export const defaultNamespace = "default";
