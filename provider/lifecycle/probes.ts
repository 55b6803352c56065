import type { Experiment } from "../../api/experiment.ts";
import { probeStages } from "../../api/probe.ts";
import type { ProbeStatus } from "../../api/status.ts";
import type { Observation } from "./state.ts";

/** What is seen of an experiment's probes; nothing when it has none that was looked at. */
export function observeProbes({ status }: Experiment): Pick<Observation, "verdict" | "probes"> {
	const { verdict, probes = [] } = status ?? {};
	return {
		...(verdict !== undefined && { verdict }),
		...(probes.length > 0 && { probes: Object.fromEntries(probes.map((probe) => [probe.name, inWords(probe)])) }),
	};
}

/** Where a probe stands, without what changes with each look: `before passed; during failed: status 502, not 200-299`. */
export function inWords(probe: ProbeStatus): string {
	const parts = probeStages.flatMap((stage) => {
		const outcome = probe[stage]?.outcome;
		if (outcome === undefined) return [];
		const last = probe.samples.findLast(({ when, outcome: came }) => when === stage && came !== "passed");
		const failed = (outcome === "Failed" || outcome === "Error") && last?.message !== undefined;
		return [`${stage} ${outcome.toLowerCase()}${failed ? `: ${last.message}` : ""}`];
	});
	return parts.join("; ");
}
