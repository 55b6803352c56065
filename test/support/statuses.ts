import type { Experiment } from "../../api/experiment.ts";
import { pauseAnnotation, reinjectAnnotation } from "../../api/names.ts";
import type { Condition, ConditionType, Reason, Status, TargetRecord } from "../../api/status.ts";

/** What a test's controller writes for an experiment; undefined leaves it alone. */
export type Script = (experiment: Experiment) => Status | undefined;

const then = "2026-01-01T00:00:00Z";

/** A condition as the controller writes it. */
export function said(type: ConditionType, status: boolean, reason: Reason, message = ""): Condition {
	return { type, status: status ? "True" : "False", reason, message, lastTransitionTime: then };
}

/** The record of one target. */
export function target(id: string, more: Partial<TargetRecord> = {}): TargetRecord {
	return {
		id,
		selectorKey: ".",
		phase: "Injected",
		injectedCount: 1,
		recoveredCount: 0,
		node: "node-1",
		podUid: `uid-of-${id}`,
		...more,
	};
}

/** A status with these conditions and records. */
export function status(conditions: Condition[], containerRecords: TargetRecord[] = []): Status {
	return { conditions, experiment: { desiredPhase: "Run", containerRecords } };
}

/** Everything is in place, and what was asked to be put back is; a paused experiment is recovered. */
export const injected: Script = ({ metadata: { annotations = {} } }) => {
	const paused = annotations[pauseAnnotation] === "true";
	const reinjected = annotations[reinjectAnnotation];
	const record = target("shop/front-1", paused ? { phase: "Not Injected", recoveredCount: 1 } : {});
	return {
		...status(
			[
				said("Selected", true, "Selected"),
				said("AllInjected", !paused, paused ? "Paused" : "Injected"),
				said("AllRecovered", paused, paused ? "Recovered" : "Running"),
				said("Paused", paused, paused ? "Paused" : "NotPaused"),
			],
			[record],
		),
		...(reinjected !== undefined && { reinjected }),
	};
};
