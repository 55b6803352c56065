import {
	type OwnProbe,
	type OwnProbeStatus,
	type OwnSample,
	type ProbeOutcome,
	standingOf,
} from "../../api/own-probe.ts";
import { writtenAfterMs } from "./looker.ts";
import { withSample } from "./results.ts";

/** Where a Probe stands before its next look: as its status says, or at the beginning when that is about another question. */
export function standingBefore(probe: OwnProbe): OwnProbeStatus {
	const observedGeneration = probe.metadata.generation ?? 0;
	return standingOf(probe) ?? { observedGeneration, passed: 0, failed: 0, failedInRow: 0, samples: [] };
}

/**
 * Where a Probe stands after one look more.
 *
 * @param tolerance - how many looks in a row may fail
 */
export function standingAfter(before: OwnProbeStatus, sample: OwnSample, tolerance: number): OwnProbeStatus {
	const passed = sample.outcome === "passed";
	const failedInRow = passed ? 0 : before.failedInRow + 1;
	const outcome = passed || failedInRow > tolerance ? outcomes[sample.outcome] : before.outcome;
	const since = outcome === before.outcome ? before.since : sample.time;
	const samples = withSample(before.samples, sample);
	const { message: _, ...rest } = before;
	const message = failedInRow > tolerance ? samples.at(-1)?.message : undefined;
	return {
		...rest,
		...(outcome !== undefined && { outcome }),
		...(since !== undefined && { since }),
		...(message !== undefined && { message }),
		passed: before.passed + (passed ? 1 : 0),
		failed: before.failed + (passed ? 0 : 1),
		failedInRow,
		samples,
	};
}

const outcomes: Readonly<Record<OwnSample["outcome"], ProbeOutcome>> = {
	passed: "Passing",
	failed: "Failing",
	error: "Error",
};

/** How soon a look is to be written down, ms. */
export function writeAfterMs(before: OwnProbeStatus, after: OwnProbeStatus): number {
	if (before.samples.length === 0 || before.outcome !== after.outcome) return 0;
	return writtenAfterMs(before, after);
}
