import type { Probe, ProbeStage } from "../../api/probe.ts";
import type { ProbeStatus } from "../../api/status.ts";
import { probesOf, resultOf, undecided } from "./results.ts";

/** Why an experiment does not go on. */
export interface ProbeFailure {
	reason: "ProbeFailed" | "ProbeError";
	/** The probe's own words. */
	message: string;
}

/** What the probes say to an experiment. */
export interface Standing {
	/** Names of the probes that must pass before anything is injected. */
	awaited: string[];
	/** A probe has failed before anything was injected, so nothing will be. */
	refused?: ProbeFailure;
	/** A probe has failed while the fault was in place, so it must not be any more. */
	aborted?: ProbeFailure;
}

/** What follows for an experiment from where its probes stand. */
export function standingOf(probes: readonly Probe[], statuses: readonly ProbeStatus[]): Standing {
	const refused = failureIn(probes, statuses, "before");
	const aborted = failureIn(probes, statuses, "during");
	return {
		awaited: undecided(probes, statuses, "before").map(({ name }) => name),
		...(refused && { refused }),
		...(aborted && { aborted }),
	};
}

const parts: Readonly<Record<ProbeStage, string>> = {
	before: "before anything was injected",
	during: "while the fault was in place",
	after: "after the fault was recovered",
};

/** How a probe has failed in a part, in words; undefined: it has not. */
export function failureOf(status: ProbeStatus, stage: ProbeStage): ProbeFailure | undefined {
	const result = status[stage];
	if (result?.outcome !== "Failed" && result?.outcome !== "Error") return undefined;
	const last = status.samples.findLast(({ when, outcome }) => when === stage && outcome !== "passed");
	const times = result.failedInRow === 1 ? "" : ` ${result.failedInRow} times in a row`;
	const name = JSON.stringify(status.name);
	const what =
		result.outcome === "Failed" ? `probe ${name} has failed${times}` : `probe ${name} could not be asked${times}`;
	return {
		reason: result.outcome === "Failed" ? "ProbeFailed" : "ProbeError",
		message: `${what} ${parts[stage]}: ${last?.message ?? "it gave no reason"}`,
	};
}

/** The first failure of a part: what has failed tells more than what could not be asked. */
function failureIn(
	probes: readonly Probe[],
	statuses: readonly ProbeStatus[],
	stage: ProbeStage,
): ProbeFailure | undefined {
	const failures = probesOf(probes, stage)
		.filter((probe) => resultOf(statuses, probe, stage) !== undefined)
		.flatMap(({ name }) => statuses.filter((status) => status.name === name))
		.flatMap((status) => failureOf(status, stage) ?? []);
	return failures.find(({ reason }) => reason === "ProbeFailed") ?? failures[0];
}
