import { type Probe, probeStages } from "../../api/probe.ts";
import type { ProbeStatus, TargetRecord, Verdict } from "../../api/status.ts";
import type { Desired } from "../desired-phase.ts";
import { probesOf, resultOf } from "./results.ts";
import { failureOf, type Standing } from "./standing.ts";

/** What a verdict follows from. */
export interface Evidence {
	probes: readonly Probe[];
	statuses: readonly ProbeStatus[];
	standing: Standing;
	desired: Desired;
	records: readonly TargetRecord[];
	/** The fault was done once to every target. */
	done: boolean;
	/** A recovery is owed, or probes are still looked at after it. */
	pending: boolean;
}

/** What the experiment says about the system; undefined: nothing yet, or it was not asked. */
export function verdictOf(evidence: Evidence): Verdict | undefined {
	const { probes, statuses, standing, desired, pending } = evidence;
	if (probes.length === 0) return undefined;
	if (standing.refused) return standing.refused.reason === "ProbeError" ? "error" : "inconclusive";
	if (standing.aborted) return "aborted";
	if (!isOver(evidence) || pending) return undefined;
	const failures = statuses.flatMap((status) => failureOf(status, "after") ?? []);
	if (failures.some(({ reason }) => reason === "ProbeFailed")) return "failed";
	if (failures.length > 0) return "error";
	return desired.stop === undefined && isWhole(evidence) ? "passed" : "inconclusive";
}

function isOver({ desired, done }: Evidence): boolean {
	return done || desired.why === "expired" || desired.why === "deleted";
}

/** Whether every target was hit, and every probe was looked at whenever it should be and has passed. */
function isWhole({ probes, statuses, records, done }: Evidence): boolean {
	const hit = records.length > 0 && records.every(({ injectedCount }) => injectedCount > 0);
	const passed = probeStages.every((stage) =>
		probesOf(probes, stage).every((probe) => {
			const outcome = resultOf(statuses, probe, stage)?.outcome;
			// What is done once may be done before anybody has looked.
			return outcome === "Passed" || (done && stage === "during" && outcome === undefined);
		}),
	);
	return hit && passed;
}
