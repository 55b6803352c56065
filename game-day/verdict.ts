import type { ExperimentResult, ExperimentVerdict, GameDayVerdict } from "./result.ts";

/** What happened to a game day besides its experiments; what is absent did not. */
export interface Course {
	/** What could not be recovered, in a sentence. */
	leftBehind?: string;
	/** It was not approved, in a sentence. */
	notApproved?: string;
	/** What went wrong, in a sentence. */
	failed?: string;
	/** What went wrong while the faults were put in; a probe may be the reason. */
	notInjected?: string;
	/** By what it was ended before its time, in a sentence. */
	cutShort?: string;
}

/** From the best to the worst. Where one experiment was asked about and another was not, the answer counts. */
const order: readonly ExperimentVerdict[] = ["recovered", "passed", "inconclusive", "aborted", "failed", "error"];

/** The worst of some verdicts; `recovered` when there are none. */
export function worst(verdicts: readonly ExperimentVerdict[]): ExperimentVerdict {
	return order[Math.max(0, ...verdicts.map((verdict) => order.indexOf(verdict)))] ?? "error";
}

/** The verdict on a game day with the reason in a sentence, which is empty when all went as it should. */
export function verdictOf(
	experiments: readonly ExperimentResult[],
	{ leftBehind, notApproved, failed, notInjected, cutShort }: Course,
): { verdict: GameDayVerdict; message: string } {
	if (leftBehind !== undefined) return { verdict: "left behind", message: leftBehind };
	if (notApproved !== undefined) return { verdict: "not approved", message: notApproved };
	if (failed !== undefined) return { verdict: "error", message: failed };
	const said = worst(experiments.map(({ verdict }) => verdict));
	const reason = experiments
		.filter(({ verdict }) => verdict === said)
		.map(({ name, message }) => `${name}: ${message}`);
	// A probe that keeps a fault out, or takes it out, makes the injection fail: then it is the probe that has something to say.
	if (notInjected !== undefined && !experiments.some(decidedByProbe)) return { verdict: "error", message: notInjected };
	if (cutShort !== undefined && order.indexOf(said) <= order.indexOf("inconclusive")) {
		return { verdict: "inconclusive", message: cutShort };
	}
	const well = said === "passed" || said === "recovered";
	return { verdict: said, message: well ? "" : reason.join("; ") };
}

function decidedByProbe({ verdict, probes }: ExperimentResult): boolean {
	return verdict !== "passed" && probes.some(({ outcome }) => outcome === "failed" || outcome === "error");
}
