import { describe, expect, it } from "vitest";
import type { Experiment } from "../../api/experiment.ts";
import type { ProbeStatus, StageResult, Status } from "../../api/status.ts";
import { experimentResult } from "../../game-day/experiment-result.ts";
import type { Seen } from "../../game-day/watch.ts";
import { said, status, target } from "../support/statuses.ts";

const declared = { kind: "NetworkChaos", name: "cut", owner: "attacks/dev//cut", previewed: true };

function experiment(seen: Status, spec: object = {}): Experiment {
	const metadata = { namespace: "shop", name: "cut-1a2b", uid: "1", creationTimestamp: "" };
	return { apiVersion: "", kind: "NetworkChaos", metadata, spec: spec as Experiment["spec"], status: seen };
}

const seen = (latest: Experiment, injected = true): Seen => ({ latest, injected, present: false });
const at = (outcome: StageResult["outcome"]): StageResult => ({ outcome, passed: 1, failed: 0, failedInRow: 0 });

describe("without probes", () => {
	const inPlace = experiment(status([said("AllInjected", true, "Injected")], [target("shop/front-1")]));
	const gone = experiment(status([said("AllInjected", false, "Recovering")], [target("shop/front-1")]));

	it("is recovered when every target was hit at some time", () => {
		expect(experimentResult(declared, inPlace, seen(gone))).toEqual({
			kind: "NetworkChaos",
			name: "cut",
			object: "shop/cut-1a2b",
			targets: ["shop/front-1"],
			verdict: "recovered",
			probes: [],
			message: "",
		});
	});

	it("is inconclusive when not every target was hit", () => {
		const stuck = experiment(status([said("AllInjected", false, "NodeUnavailable", "node-1 does not answer")]));
		expect(experimentResult(declared, stuck, seen(gone, false))).toMatchObject({
			verdict: "inconclusive",
			message: "node-1 does not answer",
		});
	});

	it("is inconclusive when somebody had taken the fault out by the end of the hold", () => {
		const lost = experiment(status([said("FaultLost", true, "FaultLost", "the table is gone")]));
		expect(experimentResult(declared, lost, seen(gone))).toMatchObject({
			verdict: "inconclusive",
			message: "the table is gone",
		});
	});
});

describe("with probes", () => {
	const spec = { probes: [{ name: "front" }, { name: "late", when: ["after"] }] };
	const probe = (name: string, more: Partial<ProbeStatus>): ProbeStatus => ({ name, samples: [], ...more });
	const all = { before: at("Passed"), during: at("Passed"), after: at("Passed") };

	it("is what the controller says, with each probe", () => {
		const probes = [probe("front", all), probe("late", { after: at("Passed") })];
		const latest = experiment({ ...status([]), verdict: "passed", probes }, spec);
		expect(experimentResult(declared, latest, seen(latest))).toMatchObject({
			verdict: "passed",
			message: "",
			probes: [
				{ name: "front", outcome: "passed", words: "before passed; during passed; after passed" },
				{ name: "late", outcome: "passed", words: "after passed" },
			],
		});
	});

	it("says why it was aborted, and which probes were not asked", () => {
		const conditions = [said("Aborted", true, "ProbeFailed", 'probe "front" has failed')];
		const probes = [probe("front", { before: at("Passed"), during: at("Failed") })];
		const latest = experiment({ ...status(conditions), verdict: "aborted", probes }, spec);
		expect(experimentResult(declared, latest, seen(latest))).toMatchObject({
			verdict: "aborted",
			message: 'probe "front" has failed',
			probes: [{ outcome: "failed" }, { outcome: "inconclusive", words: "not asked" }],
		});
	});

	it("names the probes that have not passed when that is all there is to say", () => {
		const probes = [probe("front", { ...all, after: at("Failed") }), probe("late", { after: at("Error") })];
		const latest = experiment({ ...status([]), verdict: "failed", probes }, spec);
		expect(experimentResult(declared, latest, seen(latest))).toMatchObject({
			message: "front: before passed; during passed; after failed; late: after error",
			probes: [{ outcome: "failed" }, { outcome: "error" }],
		});
	});

	it("is inconclusive when it was gone before there was a verdict", () => {
		const latest = experiment(status([]), spec);
		expect(experimentResult(declared, latest, seen(latest)).verdict).toBe("inconclusive");
	});
});

it("that was never seen was not made, or could not be looked at", () => {
	expect(experimentResult(declared, undefined, undefined)).toMatchObject({
		verdict: "inconclusive",
		message: "it was not made",
	});
	expect(experimentResult(declared, undefined, undefined, "no rights")).toMatchObject({
		verdict: "error",
		message: "no rights",
	});
});
