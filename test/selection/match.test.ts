import { expect, it } from "vitest";
import type { Selector } from "../../api/selector.ts";
import { matches, namespacesOf } from "../../selection/match.ts";
import { pod } from "../controller/pods.ts";

const everything = [
	pod("a"),
	pod("b", { metadata: { labels: { app: "web", tier: "front" } } }),
	pod("c", { metadata: { labels: { app: "", tier: "back" } }, spec: { nodeName: "node-2" } }),
	pod("d", { metadata: { labels: {} }, spec: { nodeName: undefined }, status: { phase: "Pending" } }),
	pod("e", { metadata: { namespace: "other" }, status: { phase: "Failed" } }),
];

const expressions = (
	...list: [string, "In" | "NotIn" | "Exists" | "DoesNotExist", string[]?][]
): Pick<Selector, "expressionSelectors"> => ({
	expressionSelectors: list.map(([key, operator, values]) => ({ key, operator, ...(values && { values }) })),
});

it.each<[string, Selector, string]>([
	["all of the namespace", {}, "abcd"],
	["an empty list of namespaces is no list", { namespaces: [] }, "abcd"],
	["several namespaces", { namespaces: ["shop", "other"] }, "abcde"],
	["all labels", { labelSelectors: { app: "web", tier: "front" } }, "b"],
	["an empty value is a value", { labelSelectors: { app: "" } }, "c"],
	["In", expressions(["tier", "In", ["front", "back"]]), "bc"],
	["NotIn, where the label is missing too", expressions(["tier", "NotIn", ["front"]]), "acd"],
	["Exists", expressions(["app", "Exists"]), "abc"],
	["DoesNotExist", expressions(["tier", "DoesNotExist"]), "ad"],
	["all expressions", expressions(["app", "Exists"], ["tier", "NotIn", ["back"]]), "ab"],
	["labels and expressions", { labelSelectors: { app: "web" }, ...expressions(["tier", "Exists"]) }, "b"],
	["any of the phases", { namespaces: ["shop", "other"], podPhaseSelectors: ["Pending", "Failed"] }, "de"],
	["none of those left out", { namespaces: ["shop", "other"], podPhaseSelectors: ["!Pending", "!Failed"] }, "abc"],
	["one that is named and left out", { podPhaseSelectors: ["Running", "Pending", "!Pending"] }, "abc"],
	["an empty list of phases is no list", { podPhaseSelectors: [] }, "abcd"],
	["what only a list can tell", { annotationSelectors: { x: "1" }, fieldSelectors: { "metadata.name": "z" } }, "abcd"],
	[
		"pods by name, whatever else is said",
		{ pods: { shop: ["a", "zz"], other: ["e"] }, podPhaseSelectors: ["Pending"] },
		"ae",
	],
	["an empty list of pods is no list", { pods: {}, labelSelectors: { tier: "front" } }, "b"],
	["nobody", { labelSelectors: { app: "none" } }, ""],
])("%s", (_what, selector, expected) => {
	const matching = everything.filter((one) => matches(selector, "shop", one));
	expect(matching.map(({ metadata }) => metadata.name).join("")).toBe(expected);
});

it.each<[string, string[] | undefined, string]>([
	["any node", undefined, "abcd"],
	["one node", ["node-2"], "c"],
	["several nodes, and who has none is on none of them", ["node-1", "node-2"], "abc"],
	["no node", [], ""],
])("%s", (_what, nodes, expected) => {
	const meant = nodes && new Set(nodes);
	const matching = everything.filter((one) => matches({}, "shop", one, meant));
	expect(matching.map(({ metadata }) => metadata.name).join("")).toBe(expected);
});

it.each<[Selector, string[]]>([
	[{ namespaces: ["b", "a", "b"] }, ["b", "a"]],
	[{}, ["shop"]],
	[{ pods: { x: ["1"], y: [] }, namespaces: ["z"] }, ["x", "y"]],
])("looks for %j in its namespaces", (selector, expected) => expect(namespacesOf(selector, "shop")).toEqual(expected));
