import { describe, expect, it } from "vitest";
import type { ExperimentInputs, ExperimentState } from "../../provider/lifecycle/state.ts";
import { FakeCluster } from "../support/fake-cluster.ts";
import { inputs, World } from "./world.ts";

const state: ExperimentState = { ...inputs(), uid: "uid-1", phase: "Injected", targets: ["shop/front-1"], message: "" };

function diff(news: Partial<ExperimentInputs>, olds: Partial<ExperimentState> = {}, world = new World()) {
	return world.handlers.experiment.diff("default/cut-1a2b3c4d", { ...state, ...olds }, inputs(news));
}

describe("diff of an experiment", () => {
	it("says explicitly that nothing changes, whatever the volatile outputs are", () => {
		expect(diff({}, { message: "x", targets: [], uid: "other" })).toEqual({ changes: false });
	});

	it.each([
		["spec", { spec: { ...state.spec, mode: "one" } }],
		["namespace", { namespace: "shop" }],
		["name", { name: "cut-99999999" }],
		["triggers", { triggers: ["1.2.0"] }],
	])("replaces for %s, the old one first", (property, news) => {
		expect(diff(news)).toEqual({ changes: true, replaces: [property], deleteBeforeReplace: true });
	});

	it.each([
		["timeout", { timeout: "9m" }],
		["owner", { owner: "shop/renamed/x" }],
		["scope", { scope: "fedcba9876543210" }],
		["paused", { paused: true, phase: "Paused" as const }],
	])("updates in place for %s", (_, news) => {
		expect(diff(news)).toEqual({ changes: true });
	});

	it.each([
		"Edited",
		"Lost",
		"Target gone",
		"No target",
		"Injecting",
		"Recovering",
		"Unrecoverable",
		"Paused",
	] as const)("updates when the experiment is %s", (phase) => {
		expect(diff({}, { phase })).toEqual({ changes: true });
	});

	it("compares triggers by value", () => {
		expect(diff({ triggers: [{ version: 7 }] }, { triggers: [{ version: 7 }] })).toEqual({ changes: false });
		expect(diff({ triggers: [{ version: 8 }] }, { triggers: [{ version: 7 }] })).toMatchObject({
			replaces: ["triggers"],
		});
		expect(diff({}, { triggers: [7] })).toMatchObject({ replaces: ["triggers"] });
	});

	it("takes a finished experiment for what was declared", () => {
		expect(diff({}, { phase: "Finished" })).toEqual({ changes: false });
	});

	it("is quiet in the refresh after the one that said it, and not in up", () => {
		expect(diff({ phase: "Lost" }, { phase: "Lost" })).toEqual({ changes: false });
		expect(diff({ phase: "Injected" }, { phase: "Lost" })).toEqual({ changes: true });
	});

	it("replaces when the reference leads to another server, and updates when it is only spelled anew", () => {
		const world = new World();
		const cluster = new FakeCluster();
		world.elsewhere = { cluster, server: "https://10.0.0.2:6443" };
		expect(diff({ cluster: { context: "prod" } }, {}, world)).toEqual({
			changes: true,
			replaces: ["cluster"],
			deleteBeforeReplace: true,
		});
		world.elsewhere = { cluster, server: "https://10.0.0.1:6443" };
		expect(diff({ cluster: { context: "same" } }, {}, world)).toEqual({ changes: true });
	});

	it("reads the state of a version that did not yet write the wish", () => {
		const { phase: _, ...old } = inputs();
		const { handlers } = new World();
		expect(handlers.experiment.diff("", state, old as ExperimentInputs)).toEqual({ changes: false });
	});
});
