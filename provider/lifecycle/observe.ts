import type { Experiment } from "../../api/experiment.ts";
import { followAnnotation, pauseAnnotation } from "../../api/names.ts";
import type { Condition, ConditionType, TargetRecord } from "../../api/status.ts";
import { editsOf } from "./edits.ts";
import { isOneShot } from "./one-shot.ts";
import { observeProbes } from "./probes.ts";
import { desiredPhase, type ExperimentInputs, type ExperimentPhase, type Observation } from "./state.ts";

/** The condition of a type; undefined while the controller has not written it. */
export function condition(experiment: Experiment, type: ConditionType): Condition | undefined {
	return experiment.status?.conditions?.find((one) => one.type === type);
}

/** Whether a condition is there and true. */
export function holds(experiment: Experiment, type: ConditionType): boolean {
	return condition(experiment, type)?.status === "True";
}

/**
 * Says where an experiment stands: what goes into the state.
 *
 * @param inputs - what it was made of: what differs from that, somebody has edited
 */
export function observe(experiment: Experiment, inputs: ExperimentInputs): Observation {
	return {
		uid: experiment.metadata.uid,
		...judged(experiment, inputs),
		targets: targetIds(experiment),
		...observeProbes(experiment),
	};
}

function judged(experiment: Experiment, inputs: ExperimentInputs): Pick<Observation, "phase" | "message"> {
	const { phase, message } = stands(experiment, inputs);
	const { deletionTimestamp, annotations = {} } = experiment.metadata;
	if (deletionTimestamp !== undefined) return { phase, message: sentences("somebody is deleting it", message) };
	if (phase === "Unrecoverable") return { phase, message };
	const { spec, metadata } = editsOf(experiment, inputs);
	const all = [...spec, ...metadata];
	const edited = all.length > 0 ? `somebody has edited it: ${all.join("; ")}` : "";
	// Where the fault stands is worth saying of what was declared; beside that an annotation is a trifle.
	const asDeclared = phase === "Finished" || phase === desiredPhase(inputs.paused);
	if (spec.length > 0 || (metadata.length > 0 && asDeclared)) return { phase: "Edited", message: edited };
	if (phase === "Finished" || isOneShot(experiment)) return { phase, message: sentences(message, edited) };
	const paused = annotations[pauseAnnotation] === "true";
	if (paused === (inputs.paused === true)) return { phase, message: sentences(message, edited) };
	const did = paused ? "has paused it, by setting" : "goes on with it, by taking off";
	return { phase, message: sentences(`somebody ${did} the annotation ${pauseAnnotation}`, message, edited) };
}

function stands(experiment: Experiment, { paused }: ExperimentInputs): Pick<Observation, "phase" | "message"> {
	const phase = standing(experiment);
	if (phase !== "Finished" || paused === true || !hasMissed(experiment)) {
		return { phase, message: messageOf(experiment, phase) };
	}
	return { phase: "Not started", message: `its ${timeOf(experiment)} was over before anything was hit` };
}

function sentences(...all: string[]): string {
	return all.filter((one) => one !== "").join("; ");
}

/** Whom an experiment hits, `namespace/pod`, sorted. */
export function targetIds(experiment: Experiment): string[] {
	return [...new Set(targetRecords(experiment).map(({ id }) => id))].sort();
}

/** All that an experiment has to do with, each with where it stands. */
export function records(experiment: Experiment): TargetRecord[] {
	return experiment.status?.experiment?.containerRecords ?? [];
}

/** All targets of an experiment; those that do not match its selector any more, and are on their way out, are none. */
export function targetRecords(experiment: Experiment): TargetRecord[] {
	return records(experiment).filter(({ leaves }) => !leaves);
}

/** Where the controller says that the fault stands. The order is that of what a person must know first. */
export function standing(experiment: Experiment): ExperimentPhase {
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
	if (holds(experiment, "AllInjected") || isGrowing(experiment)) return "Injected";
	return condition(experiment, "Selected")?.status === "False" ? "No target" : "Injecting";
}

/** Whether all that lacks is what follows from pods that have come since, where targets follow the selector: that was declared. */
function isGrowing(experiment: Experiment): boolean {
	const targets = targetRecords(experiment);
	return (
		experiment.metadata.annotations?.[followAnnotation] === "true" &&
		condition(experiment, "AllInjected")?.reason === "Injecting" &&
		targets.some(({ injectedCount }) => injectedCount > 0) &&
		targets.every(
			({ phase, injectedCount, reason }) => phase === "Injected" || injectedCount === 0 || reason === "Injecting",
		)
	);
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

/**
 * Whether its time is over and nothing was ever in place. Where targets follow the selector nobody knows: those that were hit may
 * be gone, and forgotten.
 */
export function hasMissed(experiment: Experiment): boolean {
	const follows = experiment.metadata.annotations?.[followAnnotation] === "true";
	return (
		holds(experiment, "Expired") &&
		!follows &&
		!isOneShot(experiment) &&
		records(experiment).every(({ injectedCount }) => injectedCount === 0)
	);
}

/** Whether the controller has refused whom it would hit, since nobody was shown them: nothing was injected, and nothing will be. */
export function isNotPreviewed(experiment: Experiment): boolean {
	return condition(experiment, "Selected")?.reason === "NotPreviewed";
}

/** How long an experiment was to take, in words. */
export function timeOf({ spec: { duration } }: Experiment): string {
	return duration === undefined ? "time" : `duration of ${duration}`;
}

const explainedBy: Partial<Record<ExperimentPhase, ConditionType>> = {
	Injected: "Limited",
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
	const said = type && condition(experiment, type);
	// Of what is in place only that is said which holds.
	const message = phase === "Injected" && said?.status !== "True" ? "" : (said?.message ?? "");
	if (phase !== "Lost" || !holds(experiment, "TargetGone")) return message;
	return sentences(message, condition(experiment, "TargetGone")?.message ?? "");
}

/** The targets that are not at rest, each with its reason: `default/back-1 (the node does not answer)`. */
export function describeTargets(left: readonly TargetRecord[]): string {
	const described = left.map(({ id, message }) => (message === undefined ? id : `${id} (${message})`));
	return [...new Set(described)].sort().join(", ");
}
