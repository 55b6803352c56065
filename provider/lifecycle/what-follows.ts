import type { Experiment } from "../../api/experiment.ts";
import { specEdits } from "./edits.ts";
import { holds } from "./observe.ts";
import type { ExperimentInputs, ExperimentPhase } from "./state.ts";

const anew = '"pulumi up" makes it anew';
const putsBack = '"pulumi up" puts it back';
const newTargets = `${anew}, with new targets and its whole duration`;

/** What comes of a drift, as a clause: what the next `up` does about it, or what else has to happen. */
export function whatFollows(experiment: Experiment, inputs: ExperimentInputs, phase: ExperimentPhase): string {
	if (phase === "Unrecoverable") return '"pulumi up" fails until that has succeeded';
	if (experiment.metadata.deletionTimestamp !== undefined)
		return '"pulumi up" waits until it is gone and makes it anew';
	if (phase === "Edited") return specEdits(experiment, inputs).length > 0 ? `${anew}, as it was declared` : putsBack;
	if (inputs.paused === true) return '"pulumi up" pauses it again';
	switch (phase) {
		case "Stopped":
			return "it is injected again when that is over";
		case "Aborted":
			return "it stays out until one of its triggers, or its spec, changes";
		case "Not started":
			return anew;
		case "Lost":
			return holds(experiment, "TargetGone") ? newTargets : putsBack;
		case "Target gone":
			return newTargets;
		case "Paused":
			return '"pulumi up" takes it off and injects the fault again';
		case "Injecting":
		case "No target":
			return '"pulumi up" waits for it';
		default:
			return putsBack;
	}
}
