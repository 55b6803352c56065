import { describe, expect, it } from "vitest";
import { systemLabel } from "../../api/names.ts";
import type { Selector } from "../../api/selector.ts";
import { describeSelector, namespacesOf, select } from "../../controller/select.ts";
import { pod } from "./pods.ts";

const names = (selector: Selector, pods = everything, own = "shop") =>
	select({ selector, mode: "all" }, own, pods).chosen.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);

const everything = [
	pod("a"),
	pod("b", { metadata: { labels: { app: "web", tier: "front" } } }),
	pod("c", { metadata: { labels: {} } }),
	pod("d", { metadata: { namespace: "other", uid: "d" } }),
	pod("e", { metadata: { namespace: "kube-system", uid: "e" } }),
];

describe("who matches", () => {
	it.each<[string, Selector, string[]]>([
		["the experiment's own namespace by default", {}, ["shop/a", "shop/b", "shop/c"]],
		["an empty list of namespaces is no list", { namespaces: [] }, ["shop/a", "shop/b", "shop/c"]],
		["all labels", { labelSelectors: { app: "web", tier: "front" } }, ["shop/b"]],
		[
			"several namespaces, each once",
			{ namespaces: ["shop", "other", "shop"], labelSelectors: { app: "web" } },
			["shop/a", "shop/b", "other/d"],
		],
		[
			"pods by name, whatever else is said",
			{ pods: { shop: ["a", "zz"], other: ["d"] }, labelSelectors: { app: "no" } },
			["shop/a", "other/d"],
		],
		["an empty list of pods is no list", { pods: {}, labelSelectors: { tier: "front" } }, ["shop/b"]],
		["nobody", { labelSelectors: { app: "none" } }, []],
		["kube-system when it is named", { namespaces: ["kube-system"] }, ["kube-system/e"]],
		["pods of kube-system when they are named", { pods: { "kube-system": ["e"] } }, ["kube-system/e"]],
	])("%s", (_what, selector, expected) => expect(names(selector)).toEqual(expected));

	it("counts a pod that is listed twice once", () => {
		expect(names({ labelSelectors: { app: "web" } }, [...everything, ...everything])).toEqual(["shop/a", "shop/b"]);
	});

	it("does not take kube-system for named because the experiment is there", () => {
		expect(names({}, everything, "kube-system")).toEqual([]);
	});
});

describe("who can't be hit", () => {
	it.each([
		["is terminating", pod("x", { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } })],
		["is Pending", pod("x", { status: { phase: "Pending" } })],
		["is Succeeded", pod("x", { status: { phase: "Succeeded" } })],
		["belongs to the chaos system", pod("x", { metadata: { labels: { [systemLabel]: "controller" } } })],
	])("%s", (why, candidate) => {
		const { chosen, refused } = select({ selector: {}, mode: "all" }, "shop", [candidate, pod("y")]);
		expect(chosen.map(({ metadata }) => metadata.name)).toEqual(["y"]);
		expect(refused.map((one) => [one.pod.metadata.name, one.why])).toEqual([["x", why]]);
	});

	it("says so of kube-system too", () => {
		const { refused } = select({ selector: {}, mode: "all" }, "kube-system", everything);
		expect(refused.map(({ why }) => why)).toEqual(["is in kube-system, which the selector does not name"]);
	});
});

describe("mode one", () => {
	it("takes the one that is drawn", () => {
		const draw = (index: number) => select({ selector: {}, mode: "one" }, "shop", everything, () => index).chosen;
		expect([0, 1, 2].map((index) => draw(index).map(({ metadata }) => metadata.name))).toEqual([["a"], ["b"], ["c"]]);
	});

	it("draws among those that can be hit only", () => {
		const asked: number[] = [];
		const pods = [pod("x", { status: { phase: "Pending" } }), ...everything];
		select({ selector: {}, mode: "one" }, "shop", pods, (count) => asked.push(count) - 1);
		expect(asked).toEqual([3]);
	});

	it("is random", () => {
		const drawn = Array.from({ length: 100 }, () => select({ selector: {}, mode: "one" }, "shop", everything).chosen);
		expect(new Set(drawn.map(([only]) => only?.metadata.name))).toEqual(new Set(["a", "b", "c"]));
		expect(drawn.every(({ length }) => length === 1)).toBe(true);
	});

	it("takes nobody of nobody", () => {
		expect(select({ selector: {}, mode: "one" }, "shop", []).chosen).toEqual([]);
	});
});

it("looks in the namespaces that a selector needs", () => {
	expect(namespacesOf({ namespaces: ["b", "a", "b"] }, "shop")).toEqual(["b", "a"]);
	expect(namespacesOf({}, "shop")).toEqual(["shop"]);
	expect(namespacesOf({ pods: { x: ["1"], y: [] }, namespaces: ["z"] }, "shop")).toEqual(["x", "y"]);
});

it.each<[Selector, string]>([
	[{}, 'pods in namespace "shop"'],
	[{ labelSelectors: { app: "web" } }, 'pods with label app="web" in namespace "shop"'],
	[
		{ labelSelectors: { app: "web", tier: "x" }, namespaces: ["a", "b"] },
		'pods with labels app="web" and tier="x" in namespaces "a", "b"',
	],
	[{ pods: { a: ["1", "2"] } }, 'pods "1", "2" in namespace "a"'],
	[{ pods: { a: ["1", "2", "3", "4", "5", "6", "7"] } }, 'pods "1", "2", "3", "4", "5" and 2 more in namespace "a"'],
])("says %j in words", (selector, words) => expect(describeSelector(selector, "shop")).toBe(words));
