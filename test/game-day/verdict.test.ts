import { describe, expect, it } from "vitest";
import type { ExperimentVerdict } from "../../game-day/result.ts";
import { verdictOf, worst } from "../../game-day/verdict.ts";
import { experimentResultOf, probeResult } from "./results.ts";

const order: ExperimentVerdict[] = ["recovered", "passed", "inconclusive", "aborted", "failed", "error"];

it("the worst verdict counts, whatever the order", () => {
	for (const [index, one] of order.entries()) {
		for (const other of order.slice(index)) expect([worst([one, other]), worst([other, one])]).toEqual([other, other]);
	}
	expect(worst([])).toBe("recovered");
});

describe("of experiments that", () => {
	it("all went well is theirs, and has no reason", () => {
		const recovered = experimentResultOf({ verdict: "recovered", probes: [] });
		expect(verdictOf([recovered], {})).toEqual({ verdict: "recovered", message: "" });
		expect(verdictOf([recovered, experimentResultOf()], {})).toEqual({ verdict: "passed", message: "" });
	});

	it("did not is the worst, with the reasons of those that have it", () => {
		const aborted = experimentResultOf({ name: "slow", verdict: "aborted", message: "the front was ill" });
		const unclear = experimentResultOf({ verdict: "inconclusive", message: "not every target was hit" });
		expect(verdictOf([unclear, aborted], {})).toEqual({ verdict: "aborted", message: "slow: the front was ill" });
	});
});

describe("what happened besides", () => {
	const experiments = [experimentResultOf({ verdict: "failed", message: "not back", probes: [probeResult("failed")] })];

	it.each([
		["left behind", { leftBehind: "a", notApproved: "b", failed: "c", notInjected: "d", cutShort: "e" }, "a"],
		["not approved", { notApproved: "b", failed: "c" }, "b"],
		["error", { failed: "c", cutShort: "e" }, "c"],
	] as const)("weighs more than experiments: %s", (verdict, course, message) => {
		expect(verdictOf(experiments, course)).toEqual({ verdict, message });
	});

	it("an injection that has failed is an error, unless a probe was the reason", () => {
		expect(verdictOf([], { notInjected: "no rights" })).toEqual({ verdict: "error", message: "no rights" });
		expect(verdictOf([experimentResultOf()], { notInjected: "no rights" }).verdict).toBe("error");
		const ill = experimentResultOf({ verdict: "inconclusive", message: "status 502", probes: [probeResult("failed")] });
		expect(verdictOf([ill], { notInjected: "it is not injected" })).toEqual({
			verdict: "inconclusive",
			message: "cut: status 502",
		});
	});

	it("nothing that was cut short has passed, but what was found out stays", () => {
		expect(verdictOf([experimentResultOf()], { cutShort: "ended by SIGINT" })).toEqual({
			verdict: "inconclusive",
			message: "ended by SIGINT",
		});
		expect(verdictOf([], { cutShort: "ended by SIGINT" }).verdict).toBe("inconclusive");
		const unclear = experimentResultOf({ verdict: "inconclusive", message: "not every target was hit" });
		expect(verdictOf([unclear], { cutShort: "ended by SIGINT" }).message).toBe("ended by SIGINT");
		expect(verdictOf(experiments, { cutShort: "ended by SIGINT" })).toEqual({
			verdict: "failed",
			message: "cut: not back",
		});
	});
});
