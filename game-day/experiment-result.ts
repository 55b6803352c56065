import type { Experiment } from "../api/experiment.ts";
import { probeStages } from "../api/probe.ts";
import type { ProbeStatus } from "../api/status.ts";
import { condition, holds, targetIds } from "../provider/lifecycle/observe.ts";
import { inWords } from "../provider/lifecycle/probes.ts";
import type { DeclaredExperiment } from "./program.ts";
import type { ExperimentResult, ProbeResult } from "./result.ts";
import type { Seen } from "./watch.ts";

/**
 * What became of an experiment.
 *
 * @param held - what it was like when the hold was over, before the recovery; absent: it was not there
 * @param seen - what it was like at its end; absent: it was never seen
 * @param blind - why the cluster could not be looked at; absent: it could
 */
export function experimentResult(
	{ kind, name }: DeclaredExperiment,
	held: Experiment | undefined,
	seen: Seen | undefined,
	blind?: string,
): ExperimentResult {
	if (!seen) {
		const message = blind ?? "it was not made";
		return { kind, name, targets: [], verdict: blind === undefined ? "inconclusive" : "error", probes: [], message };
	}
	const { latest } = seen;
	const { namespace, name: object } = latest.metadata;
	const results = probeResults(latest);
	return {
		kind,
		name,
		object: `${namespace}/${object}`,
		targets: targetIds(latest),
		...(results.length > 0 ? verdictOfProbes(latest, results) : verdictWithout(held, seen)),
		probes: results,
	};
}

type Judged = Pick<ExperimentResult, "verdict" | "message">;

function verdictOfProbes(latest: Experiment, results: readonly ProbeResult[]): Judged {
	const verdict = latest.status?.verdict;
	if (verdict === undefined) return { verdict: "inconclusive", message: "it was gone before its probes had decided" };
	if (verdict === "passed") return { verdict, message: "" };
	const aborted = condition(latest, "Aborted");
	const reason = aborted?.status === "True" ? aborted.message : "";
	const words = results
		.filter(({ outcome }) => outcome !== "passed")
		.map(({ name, words: said }) => `${name}: ${said}`);
	return { verdict, message: reason || words.join("; ") || whyNotInjected(latest) };
}

function verdictWithout(held: Experiment | undefined, { latest, injected }: Seen): Judged {
	const before = held ?? latest;
	if (!injected) return { verdict: "inconclusive", message: whyNotInjected(before) };
	if (holds(before, "FaultLost"))
		return { verdict: "inconclusive", message: condition(before, "FaultLost")?.message ?? "" };
	return { verdict: "recovered", message: "" };
}

function whyNotInjected(experiment: Experiment): string {
	const said = condition(experiment, "AllInjected");
	return said?.status === "False" && said.message !== "" ? said.message : "not every target was hit";
}

/** Each probe of the spec, also when it was never asked. */
function probeResults({ spec, status }: Experiment): ProbeResult[] {
	return (spec.probes ?? []).map(({ name, when = probeStages }) => {
		const found = status?.probes?.find((probe) => probe.name === name);
		return { name, outcome: outcomeOf(found, when), words: found ? inWords(found) : "not asked" };
	});
}

function outcomeOf(
	probe: ProbeStatus | undefined,
	when: readonly (typeof probeStages)[number][],
): ProbeResult["outcome"] {
	const outcomes = when.map((stage) => probe?.[stage]?.outcome);
	if (outcomes.includes("Failed")) return "failed";
	if (outcomes.includes("Error")) return "error";
	return outcomes.every((outcome) => outcome === "Passed") ? "passed" : "inconclusive";
}
