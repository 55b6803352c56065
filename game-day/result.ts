import type { Verdict } from "../api/status.ts";

/**
 * What an experiment says about the system ({@link Verdict}), or `recovered`: it has no probes, was in place and is out again, so
 * that nothing follows but that.
 */
export type ExperimentVerdict = Verdict | "recovered";

/**
 * The worst of the experiments' verdicts, or what weighs more. `left behind`: something could not be recovered. `not approved`:
 * nothing was made, or others would have been hit than were approved. `error`: also when a step has failed for another reason than a probe. `inconclusive`: also when the game day
 * was cut short.
 */
export type GameDayVerdict = ExperimentVerdict | "not approved" | "left behind";

/** How one probe came out, over all parts of its experiment. */
export interface ProbeResult {
	name: string;
	/** `inconclusive`: it was not asked, or not to the end, in each of its parts. */
	outcome: "passed" | "failed" | "error" | "inconclusive";
	/** Where it stood in each part: `before passed; during failed: status 502, not 200-299`. */
	words: string;
}

/** What became of one experiment of the program. */
export interface ExperimentResult {
	/** `NetworkChaos`. */
	kind: string;
	/** Name of the Pulumi resource. */
	name: string;
	/** The object in the cluster, `namespace/name`; absent: it was never seen there. */
	object?: string;
	/** Who was chosen, as `namespace/pod`, sorted. */
	targets: string[];
	verdict: ExperimentVerdict;
	probes: ProbeResult[];
	/** What is to be known besides, in a sentence; empty when that is nothing. */
	message: string;
}

/** The steps of a game day, in their order. */
export const stepNames = ["preview", "approval", "injection", "hold", "recovery"] as const;
/** One of the steps. */
export type StepName = (typeof stepNames)[number];

/** What became of one step. Steps that were not begun are not in the result. */
export interface StepResult {
	name: StepName;
	/** `cut short`: by a probe, a signal or the time-out. `refused`: not approved, or not what was. */
	outcome: "done" | "cut short" | "refused" | "failed";
	seconds: number;
	/** In a sentence. */
	message: string;
}

/** What became of a game day. Plain data. */
export interface GameDayResult {
	/** `project/stack`. */
	name: string;
	verdict: GameDayVerdict;
	/** Why, in a sentence; empty when all went as it should. */
	message: string;
	/** Sorted by name. */
	experiments: ExperimentResult[];
	steps: StepResult[];
	/** From the beginning to the end. */
	seconds: number;
	/** What a callback of the caller, or a step, has thrown; absent when nothing was. */
	error?: unknown;
}
