import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { FaultKind } from "../../api/kind.ts";
import {
	followAnnotation,
	limitPercentAnnotation,
	limitTargetsAnnotation,
	previewedAnnotation,
} from "../../api/names.ts";
import type { Selector } from "../../api/selector.ts";
import { mayBeTarget, selectTargets } from "../../controller/selection.ts";
import type { RailsWorld } from "../../controller/within-rails.ts";
import { networkChaos } from "../../faults/network/spec.ts";
import type { SelectionWorld } from "../../selection/choose.ts";
import { marksOf } from "../../selection/previewed.ts";
import { pod } from "./pods.ts";
import { experiment } from "./world.ts";

const clusterSide: FaultKind = { ...networkChaos, traits: { targets: "pod", where: "cluster", oneShot: false } };

const pods = [
	pod("a"),
	pod("b", { spec: { nodeName: "node-2" } }),
	pod("c", { spec: { nodeName: "node-3" } }),
	pod("d", { spec: { nodeName: undefined }, status: { phase: "Pending" } }),
];
const zones = new Map([
	["node-1", "x"],
	["node-2", "x"],
	["node-3", "y"],
]);

type Read = SelectionWorld & RailsWorld;

function world(changes: Partial<Read> = {}): Read {
	return {
		kind: () => networkChaos,
		now: () => Date.parse("2026-01-01T00:00:01Z"),
		defaultDurationMs: 3_600_000,
		guardRails: [],
		listPods: async (namespace) => pods.filter(({ metadata }) => metadata.namespace === namespace),
		listNodes: async ({ zone }) => [...zones.keys()].filter((name) => zones.get(name) === zone),
		namespaceExists: async (name) => name !== "sohp",
		nodeExists: async (name) => zones.has(name),
		...changes,
	};
}

const select = (selector: Selector, changes: Partial<Read> = {}, spec: object = {}) =>
	selectTargets(world(changes), experiment({ spec: { selector, ...spec } }));

it("asks whether a namespace exists only when there is no pod in it", async () => {
	const asked: string[] = [];
	const namespaceExists = async (name: string): Promise<boolean> => asked.push(name) > 0;
	expect(await select({ namespaces: ["shop", "empty"] }, { namespaceExists })).toHaveLength(3);
	expect(asked).toEqual(["empty"]);
});

describe("what was previewed", () => {
	const previewed = (names: string[], spec: object = {}) => {
		const annotations = { [previewedAnnotation]: marksOf(names.map((name) => `shop/${name}`)) };
		return selectTargets(world(), experiment({ metadata: { annotations }, spec }));
	};

	it("is hit, though some of it may be gone", async () => {
		expect(await previewed(["a", "b", "c", "gone"])).toHaveLength(3);
	});

	it.each([
		[["a"], '"shop/b", "shop/c", who were'],
		[["a", "c"], '"shop/b", who was'],
	])("is not exceeded: %j", async (names, who) => {
		const message = `it would hit ${who} not among those previewed (annotation pulumi-chaos.io/previewed); see with "pulumi preview" who it is now`;
		expect(await previewed(names)).toEqual({ reason: "NotPreviewed", message });
	});

	it("is meant for both sides", async () => {
		const target = { mode: "all", selector: { nodes: ["node-3"] } };
		const sides = { selector: { nodes: ["node-1"] }, target };
		expect(await previewed(["a", "c"], sides)).toHaveLength(2);
		expect(await previewed(["a"], sides)).toMatchObject({ reason: "NotPreviewed" });
	});
});

describe("an experiment's own limit", () => {
	const limited = (annotations: Record<string, string>, follow = "true") =>
		selectTargets(world(), experiment({ metadata: { annotations: { [followAnnotation]: follow, ...annotations } } }));

	it.each<[Record<string, string>, string]>([
		[{ [limitTargetsAnnotation]: "2" }, '3 pods would be hit, and the annotation pulumi-chaos.io/limit-targets is "2"'],
		[
			{ [limitTargetsAnnotation]: "few" },
			'3 pods would be hit, and the annotation pulumi-chaos.io/limit-targets is "few"',
		],
		[
			{ [limitPercentAnnotation]: "50" },
			'1 of the 1 pods of Pod shop/a would be hit, and the annotation pulumi-chaos.io/limit-percent is "50"',
		],
	])("holds for the first choice too: %j", async (annotations, words) => {
		const message = `more than the experiment allows itself: ${words}`;
		expect(await limited(annotations)).toEqual({ reason: "GuardRails", message });
	});

	it("allows what is within it, and means nothing to whoever does not follow", async () => {
		expect(await limited({ [limitTargetsAnnotation]: "3", [limitPercentAnnotation]: "100" })).toHaveLength(3);
		expect(await limited({ [limitTargetsAnnotation]: "1" }, "false")).toHaveLength(3);
	});
});

describe("nodes", () => {
	it.each<[string, Selector, string[]]>([
		["by name", { nodes: ["node-2"] }, ["b"]],
		["by label", { nodeSelectors: { zone: "x" } }, ["a", "b"]],
		["by name or by label", { nodes: ["node-3"], nodeSelectors: { zone: "x" } }, ["a", "b", "c"]],
		["an empty list is no list", { nodes: [], nodeSelectors: {} }, ["a", "b", "c"]],
		["not looked at when pods are named", { nodes: ["nowhere"], pods: { shop: ["a"] } }, ["a"]],
	])("%s", async (_what, selector, expected) => {
		expect(await select(selector)).toMatchObject(expected.map((name) => ({ id: `shop/${name}` })));
	});

	it.each<[string, Selector, object]>([
		[
			"that do not exist are named",
			{ nodes: ["node-1", "node-8", "node-9"] },
			{
				reason: "UnknownNode",
				message: 'spec.selector: nodes "node-8", "node-9" do not exist; create them or correct the name',
			},
		],
		[
			"that nobody runs on",
			{ nodeSelectors: { zone: "z" } },
			{
				reason: "NoTarget",
				message:
					'spec.selector matches no running pod: pods on a node with label zone="z" in namespace "shop"; start such pods or correct the selector',
			},
		],
	])("%s", async (_what, selector, expected) => expect(await select(selector)).toEqual(expected));
});

it("names what does not exist on the other side too", async () => {
	const target = { mode: "all", selector: { namespaces: ["sohp"] } };
	expect(await select({}, {}, { target })).toEqual({
		reason: "UnknownNamespace",
		message: 'spec.target.selector: namespace "sohp" does not exist; create it or correct the name',
	});
});

it.each<[string, FaultKind, string, string[]]>([
	["a node hits what runs", networkChaos, "Pending", []],
	["the API server hits pods in any phase", clusterSide, "Pending", ["shop/d"]],
])("%s", async (_what, kind, phase, expected) => {
	const records = await select({ podPhaseSelectors: [phase] }, { kind: () => kind });
	expect(Array.isArray(records) ? records.map(({ id }) => id) : []).toEqual(expected);
});

it.each<[FaultKind, string]>([
	[networkChaos, 'matches no running pod that can be hit (d is Pending): pods in phase "Pending" in namespace "shop"'],
	[clusterSide, 'matches no pod: pods in phase "Failed" in namespace "shop"'],
])("says who can't be hit: %#", async (kind, message) => {
	const phase = kind === clusterSide ? "Failed" : "Pending";
	expect(await select({ podPhaseSelectors: [phase] }, { kind: () => kind })).toMatchObject({
		reason: "NoTarget",
		message: `spec.selector ${message}; start such pods or correct the selector`,
	});
});

it("lists each namespace once, a few at a time, with the selector", async () => {
	const namespaces = Array.from({ length: 40 }, (_, index) => `ns-${index}`);
	const listed: string[] = [];
	let running = 0;
	let most = 0;
	await select(
		{ namespaces: [...namespaces, ...namespaces], labelSelectors: { app: "web" } },
		{
			listPods: async (namespace, { labelSelectors }) => {
				most = Math.max(most, ++running);
				await turn();
				running--;
				listed.push(`${namespace} ${labelSelectors?.["app"]}`);
				return [];
			},
		},
	);
	expect(listed.toSorted()).toEqual(namespaces.map((name) => `${name} web`).toSorted());
	expect(most).toBeGreaterThan(1);
	expect(most).toBeLessThanOrEqual(10);
});

describe("a pod that comes up", () => {
	const pending = pod("x", { status: { phase: "Pending" } });
	it.each<[string, Selector, boolean]>([
		["has the labels", { labelSelectors: { app: "web" } }, true],
		["has other labels", { labelSelectors: { app: "db" } }, false],
		["may have the annotations", { annotationSelectors: { a: "1" } }, true],
		["may have the fields", { fieldSelectors: { "spec.restartPolicy": "Never" } }, true],
		["may be on one of the nodes", { nodes: ["node-9"], nodeSelectors: { zone: "z" } }, true],
		["is in another phase", { podPhaseSelectors: ["!Running"] }, false],
		["is in another namespace", { namespaces: ["other"] }, false],
	])("%s", (_what, selector, expected) => {
		expect(mayBeTarget(networkChaos, experiment({ spec: { selector } }), pod("x"))).toBe(expected);
	});

	it.each<[string, FaultKind, object, boolean]>([
		["whatever the mode", networkChaos, { mode: "fixed", value: "1" }, true],
		[
			"on the other side",
			networkChaos,
			{ selector: { pods: { a: ["b"] } }, target: { selector: {}, mode: "one" } },
			true,
		],
	])("%s", (_what, kind, spec, expected) => {
		expect(mayBeTarget(kind, experiment({ spec }), pod("x"))).toBe(expected);
	});

	it.each<[FaultKind, boolean]>([
		[networkChaos, false],
		[clusterSide, true],
	])("is one before it runs only for the API server: %#", (kind, expected) => {
		const asking = experiment({ spec: { selector: { podPhaseSelectors: ["Pending", "Running"] } } });
		expect(mayBeTarget(kind, asking, pending)).toBe(expected);
	});
});
