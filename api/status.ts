import type { ProbeStage } from "./probe.ts";

/** Where one target stands, upstream's words: the two `/Wait` phases mean that a step was begun and is not confirmed. */
export type Phase = "Not Injected" | "Not Injected/Wait" | "Injected/Wait" | "Injected";

/** What the controller works towards: fault in place, or nothing left. */
export type DesiredPhase = "Run" | "Stop";

/**
 * Condition types. The first four are upstream's: `Selected` (targets are chosen), `AllInjected` (every target is hit),
 * `AllRecovered` (no target is hit), `Paused`. The others are ours and stand in the list only once they were true:
 * `Expired` (the duration is over), `Aborted` (a probe has failed while the fault was in place), `Stopped` (an emergency stop is on), `FaultLost` (a fault is gone from a live target and nobody asked for it), `TargetGone` (a
 * target does not exist any more), `Limited` (it follows its selector, and not all that match may be hit), `HostLost` (a name that the spec holds has no address any more), `Unrecoverable` (a recovery keeps failing).
 */
export const conditionTypes = [
	"Selected",
	"AllInjected",
	"AllRecovered",
	"Paused",
	"Expired",
	"Aborted",
	"Stopped",
	"FaultLost",
	"TargetGone",
	"Limited",
	"HostLost",
	"Unrecoverable",
] as const;
/** One of the condition types. */
export type ConditionType = (typeof conditionTypes)[number];

/** Why a condition is as it is: one word for programs. */
export type Reason =
	| "Selected"
	| "NoTarget"
	| "UnknownNamespace"
	| "UnknownNode"
	| "UnknownHost"
	| "GuardRails"
	| "NotPreviewed"
	| "SelectionFailed"
	| "Injecting"
	| "Injected"
	| "InjectFailed"
	| "NodeUnavailable"
	| "Recovering"
	| "Recovered"
	| "RecoverFailed"
	| "Paused"
	| "NotPaused"
	| "Expired"
	| "EmergencyStop"
	| "Probing"
	| "ProbeFailed"
	| "ProbeError"
	| "Aborted"
	| "FaultLost"
	| "LeaseExpired"
	| "ContainerRestarted"
	| "TargetGone"
	| "HostLost"
	| "Running";

/** A condition as Kubernetes writes them; `message` is a sentence for people. */
export interface Condition {
	type: ConditionType;
	status: "True" | "False";
	reason: Reason;
	message: string;
	/** RFC 3339; when `status` last changed. */
	lastTransitionTime: string;
}

/** One step taken on a target; upstream's shape. */
export interface RecordEvent {
	type: "Succeeded" | "Failed";
	operation: "Apply" | "Recover";
	/** Only on failures. */
	message?: string;
	/** RFC 3339. */
	timestamp: string;
}

/** One target of an experiment. */
export interface TargetRecord {
	/** `namespace/pod`, or `namespace/pod/container` when containers are hit. */
	id: string;
	/** `.` for the main selector, `.Target` for the other side of a network fault. */
	selectorKey: string;
	phase: Phase;
	injectedCount: number;
	recoveredCount: number;
	events?: RecordEvent[];
	/** Node and uid of the pod that was chosen: what recovery needs once the pod is gone. */
	node: string;
	podUid: string;
	/** Name of the container that is hit; absent when the whole pod is. */
	container?: string;
	/** Its pod is no target any more: it is recovered, and then its record goes. Only of experiments that follow their selector. */
	leaves?: true;
	/** Why the record is not where the experiment wants it; absent when it is. */
	reason?: Reason;
	/** The reason in words; without one, what was measured on the target. */
	message?: string;
}

/** What a name in the spec stands for. */
export interface HostAddresses {
	/** As the spec has it: `api.example.com:443`. */
	host: string;
	/** Sorted; each with a port when only that is meant. */
	addresses: string[];
}

/** Verdicts of an experiment with probes; what each means is in docs/probes.md. */
export const verdicts = ["passed", "failed", "aborted", "inconclusive", "error"] as const;
/** What an experiment says about the system. */
export type Verdict = (typeof verdicts)[number];

/** How one look of a probe came out; `error`: nobody could look, which says nothing of the system. */
export type SampleOutcome = "passed" | "failed" | "error";

/** One look of a probe. */
export interface ProbeSample {
	/** RFC 3339. */
	time: string;
	when: ProbeStage;
	outcome: SampleOutcome;
	/** Why it has not passed. */
	message?: string;
}

/** Where a probe stands in one part of the experiment. */
export interface StageResult {
	outcome: "Running" | "Passed" | "Failed" | "Error";
	/** Looks so far. */
	passed: number;
	failed: number;
	/** Looks that have failed since the last one that passed. */
	failedInRow: number;
}

/** Where a probe stands. The parts in which it has not been looked at are not there. */
export interface ProbeStatus extends Partial<Record<ProbeStage, StageResult>> {
	name: string;
	/** The last looks, the oldest first. */
	samples: ProbeSample[];
}

/** `status` of every experiment; upstream's shape, our `reinjected`, `hosts`, `probes` and `verdict`, and our additions to records. */
export interface Status {
	conditions?: Condition[];
	experiment: {
		desiredPhase: DesiredPhase;
		containerRecords?: TargetRecord[];
		/** With more than 1,000 records their fields `node`, `podUid`, `container` and `message`, compressed, for the controller. */
		packed?: string;
	};
	/** Value of the re-inject annotation that was last acted on. */
	reinjected?: string;
	/** The addresses that the fault is aimed at for the names in the spec; what they were when it stopped. */
	hosts?: HostAddresses[];
	/** Where the probes stand, once one was looked at. */
	probes?: ProbeStatus[];
	/** What the experiment says about the system; absent while it is not decided, and without probes. */
	verdict?: Verdict;
}
