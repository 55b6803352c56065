import type { Experiment } from "../../api/experiment.ts";
import type { Condition, ConditionType, TargetRecord } from "../../api/status.ts";
import { isOneShot } from "./one-shot.ts";
import { observeProbes } from "./probes.ts";
import type { ExperimentPhase, Observation } from "./state.ts";

/** The condition of a type; undefined while the controller has not written it. */
export function condition(experiment: Experiment, type: ConditionType): Condition | undefined {
	return experiment.status?.conditions?.find((one) => one.type === type);
}

/** Whether a condition is there and true. */
export function holds(experiment: Experiment, type: ConditionType): boolean {
	return condition(experiment, type)?.status === "True";
}

/** Says where an experiment stands: what goes into the state. */
export function observe(experiment: Experiment): Observation {
	const phase = phaseOf(experiment);
	return {
		uid: experiment.metadata.uid,
		phase,
		targets: [...new Set(records(experiment).map((record) => record.id))].sort(),
		message: messageOf(experiment, phase),
		...observeProbes(experiment),
	};
}

/** All targets of an experiment with where they stand. */
export function records(experiment: Experiment): TargetRecord[] {
	return experiment.status?.experiment?.containerRecords ?? [];
}

/** The order is that of what a person must know first. */
function phaseOf(experiment: Experiment): ExperimentPhase {
	if (holds(experiment, "Unrecoverable")) return "Unrecoverable";
	if (experiment.metadata.deletionTimestamp !== undefined) return "Recovering";
	if (holds(experiment, "Aborted")) {
		return holds(experiment, "AllRecovered") || isOneShot(experiment) ? "Aborted" : "Recovering";
	}
	if (isRefused(experiment)) return "Not started";
	if (isOver(experiment)) return "Finished";
	if (holds(experiment, "Paused")) return holds(experiment, "AllRecovered") ? "Paused" : "Recovering";
	if (holds(experiment, "Stopped")) {
		return holds(experiment, "AllRecovered") || isOneShot(experiment) ? "Stopped" : "Recovering";
	}
	if (holds(experiment, "FaultLost")) return "Lost";
	if (holds(experiment, "TargetGone")) return "Target gone";
	if (holds(experiment, "AllInjected")) return "Injected";
	return condition(experiment, "Selected")?.status === "False" ? "No target" : "Injecting";
}

/** Whether a probe has failed before anything was injected, so that nothing will be. */
export function isRefused(experiment: Experiment): boolean {
	const reason = condition(experiment, "AllInjected")?.reason;
	return reason === "ProbeFailed" || reason === "ProbeError";
}

/** Its time is over, or it was something to be done once and that is done: then what becomes of the targets is no matter. */
function isOver(experiment: Experiment): boolean {
	return holds(experiment, "Expired") || (isOneShot(experiment) && holds(experiment, "AllInjected"));
}

const explainedBy: Partial<Record<ExperimentPhase, ConditionType>> = {
	Unrecoverable: "Unrecoverable",
	Stopped: "Stopped",
	Aborted: "Aborted",
	"Not started": "AllInjected",
	Lost: "FaultLost",
	"Target gone": "TargetGone",
	"No target": "Selected",
	Injecting: "AllInjected",
	Recovering: "AllRecovered",
};

function messageOf(experiment: Experiment, phase: ExperimentPhase): string {
	const type = explainedBy[phase];
	return (type && condition(experiment, type)?.message) ?? "";
}

/** The targets that are not at rest, each with its reason: `default/back-1 (the node does not answer)`. */
export function describeTargets(left: readonly TargetRecord[]): string {
	const described = left.map(({ id, message }) => (message === undefined ? id : `${id} (${message})`));
	return [...new Set(described)].sort().join(", ");
}
