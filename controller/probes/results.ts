import type { Probe, ProbeStage } from "../../api/probe.ts";
import type { ProbeSample, ProbeStatus, StageResult } from "../../api/status.ts";

/** A look of one of an experiment's probes. */
export interface Sample extends ProbeSample {
	/** Name of the probe. */
	probe: string;
}

/** Looks that the status lists of each probe. */
const kept = 10;
/** Characters of a message in the status. */
const longestMessage = 300;

/** Where the probes stand after these looks; what comes after a part was decided changes nothing. */
export function absorbSamples(
	probes: readonly Probe[],
	statuses: readonly ProbeStatus[],
	samples: readonly Sample[],
): ProbeStatus[] {
	return probes.flatMap((probe) => {
		const own = samples.filter((sample) => sample.probe === probe.name);
		const before = statuses.find(({ name }) => name === probe.name);
		if (own.length === 0) return before ?? [];
		return own.reduce((status, sample) => after(probe, status, sample), before ?? { name: probe.name, samples: [] });
	});
}

/** The result of a part that one look more has come to. */
export function withLook(
	{ tolerance = 0 }: Probe,
	when: ProbeStage,
	result: StageResult | undefined,
	outcome: ProbeSample["outcome"],
): StageResult {
	const { passed, failed, failedInRow } = result ?? { passed: 0, failed: 0, failedInRow: 0 };
	if (outcome === "passed") {
		// What is asked again and again has not passed before the fault is out.
		return { outcome: when === "during" ? "Running" : "Passed", passed: passed + 1, failed, failedInRow: 0 };
	}
	const over = failedInRow + 1 > tolerance;
	return {
		outcome: over ? (outcome === "error" ? "Error" : "Failed") : "Running",
		passed,
		failed: failed + 1,
		failedInRow: failedInRow + 1,
	};
}

/** Whether the outcome of a part is known. */
export function isDecided(result: StageResult | undefined): boolean {
	return result !== undefined && result.outcome !== "Running";
}

/** The probes that are looked at in a part. */
export function probesOf(probes: readonly Probe[], stage: ProbeStage): Probe[] {
	return probes.filter(({ when }) => when?.includes(stage));
}

/** The probes of a part whose outcome is not known yet. */
export function undecided(probes: readonly Probe[], statuses: readonly ProbeStatus[], stage: ProbeStage): Probe[] {
	return probesOf(probes, stage).filter((probe) => !isDecided(resultOf(statuses, probe, stage)));
}

/** Where a probe stands in a part; undefined: it was not looked at. */
export function resultOf(
	statuses: readonly ProbeStatus[],
	{ name }: Pick<Probe, "name">,
	stage: ProbeStage,
): StageResult | undefined {
	return statuses.find((status) => status.name === name)?.[stage];
}

/** Once no fault is to be in place any more: what was looked at until then, and has not failed, has passed. */
export function closeDuring(statuses: readonly ProbeStatus[]): ProbeStatus[] {
	return statuses.map((status) =>
		status.during?.outcome === "Running" ? { ...status, during: { ...status.during, outcome: "Passed" } } : status,
	);
}

function after(probe: Probe, status: ProbeStatus, { probe: _, ...sample }: Sample): ProbeStatus {
	const result = status[sample.when];
	if (isDecided(result)) return status;
	return {
		...status,
		[sample.when]: withLook(probe, sample.when, result, sample.outcome),
		samples: withSample(status.samples, sample),
	};
}

/** The last looks, with one more; what it says is cut down to what fits into a status. */
export function withSample<S extends { message?: string }>(samples: readonly S[], sample: S): S[] {
	const { message } = sample;
	const shown = { ...sample, ...(message !== undefined && { message: message.slice(0, longestMessage) }) };
	return [...samples, shown].slice(-kept);
}
