import type { ExperimentResult, GameDayResult, ProbeResult } from "../../game-day/result.ts";

/** A probe that came out so. */
export function probeResult(outcome: ProbeResult["outcome"], words = `during ${outcome}`): ProbeResult {
	return { name: "front-answers", outcome, words };
}

/** An experiment that has passed, unless said otherwise. */
export function experimentResultOf(more: Partial<ExperimentResult> = {}): ExperimentResult {
	return {
		kind: "NetworkChaos",
		name: "cut",
		object: "shop/cut-1a2b3c4d",
		targets: ["shop/front-1", "shop/front-2"],
		verdict: "passed",
		probes: [probeResult("passed", "before passed; during passed; after passed")],
		message: "",
		...more,
	};
}

/** A game day that has passed, unless said otherwise. */
export function gameDayResult(more: Partial<GameDayResult> = {}): GameDayResult {
	return {
		name: "attacks/dev",
		verdict: "passed",
		message: "",
		experiments: [experimentResultOf()],
		steps: [
			{ name: "preview", outcome: "done", seconds: 4.2, message: "1 experiment" },
			{ name: "approval", outcome: "done", seconds: 0, message: "given in advance" },
			{ name: "injection", outcome: "done", seconds: 6, message: "" },
			{ name: "hold", outcome: "done", seconds: 60, message: "" },
			{ name: "recovery", outcome: "done", seconds: 3, message: "nothing is left" },
		],
		seconds: 73.2,
		...more,
	};
}
