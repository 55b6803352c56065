import { describe, expect, it } from "vitest";
import { systemLabel } from "../../api/names.ts";
import type { PodSelector, Selector } from "../../api/selector.ts";
import { type Circumstances, select } from "../../selection/select.ts";
import { pod } from "../controller/pods.ts";

const all = (selector: Selector): PodSelector => ({ selector, mode: "all" });
const inShop: Circumstances = { own: "shop", runningOnly: true };
const phased = (phase: string) => pod("x", { status: { phase } });

const everything = [
	pod("a"),
	pod("b", { metadata: { labels: { app: "web", tier: "front" } } }),
	pod("c", { metadata: { labels: {} } }),
	pod("d", { metadata: { namespace: "other", uid: "d" } }),
	pod("e", { metadata: { namespace: "kube-system", uid: "e" } }),
];

const names = (side: PodSelector, pods = everything, circumstances: Partial<Circumstances> = {}) =>
	select(side, pods, { ...inShop, ...circumstances }).chosen.map(
		({ metadata }) => `${metadata.namespace}/${metadata.name}`,
	);

it.each<[string, Selector, string, string[]]>([
	["the experiment's own namespace by default", {}, "shop", ["shop/a", "shop/b", "shop/c"]],
	["those with the labels", { labelSelectors: { tier: "front" } }, "shop", ["shop/b"]],
	["kube-system when it is named", { namespaces: ["kube-system"] }, "shop", ["kube-system/e"]],
	["pods of kube-system when they are named", { pods: { "kube-system": ["e"] } }, "shop", ["kube-system/e"]],
	["not kube-system because the experiment is there", {}, "kube-system", []],
])("chooses %s", (_what, selector, own, expected) => {
	expect(names(all(selector), everything, { own })).toEqual(expected);
});

it("counts a pod that is listed twice once, in every mode", () => {
	const twice = [...everything, ...everything];
	expect(names(all({}), twice)).toEqual(["shop/a", "shop/b", "shop/c"]);
	expect(names({ selector: {}, mode: "fixed-percent", value: "34" }, twice)).toHaveLength(2);
});

it("draws as the mode says, among those that can be hit only", () => {
	const asked: string[] = [];
	const rank = (name: string) => asked.push(name);
	expect(names({ selector: {}, mode: "one" }, [phased("Pending"), ...everything], { rank })).toEqual(["shop/a"]);
	expect(asked).toEqual(["shop/a", "shop/b", "shop/c"]);
});

describe("who can't be hit", () => {
	it.each([
		["is terminating", pod("x", { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } })],
		["is Pending", phased("Pending")],
		["is Succeeded", phased("Succeeded")],
		["belongs to the chaos system", pod("x", { metadata: { labels: { [systemLabel]: "controller" } } })],
	])("%s", (why, candidate) => {
		const { chosen, refused } = select(all({}), [candidate, pod("y")], inShop);
		expect(chosen.map(({ metadata }) => metadata.name)).toEqual(["y"]);
		expect(refused.map((one) => [one.pod.metadata.name, one.why])).toEqual([["x", why]]);
	});

	it("says so of kube-system too", () => {
		const { refused } = select(all({}), everything, { ...inShop, own: "kube-system" });
		expect(refused.map(({ why }) => why)).toEqual(["is in kube-system, which the selector does not name"]);
	});

	it.each<[string, Selector, boolean, string[]]>([
		["a pending pod on its node", { podPhaseSelectors: ["Pending"] }, true, []],
		["a pending pod by the API server", { podPhaseSelectors: ["Pending"] }, false, ["shop/x"]],
		["a pending pod by the API server, by name", { pods: { shop: ["x"] } }, false, ["shop/x"]],
		["a pending pod on its node, by name", { pods: { shop: ["x"] } }, true, []],
		["a pending pod that nobody asks for", {}, false, []],
	])("%s", (_what, selector, runningOnly, expected) => {
		expect(names(all(selector), [phased("Pending")], { runningOnly })).toEqual(expected);
	});

	it("is who is on the way out in whatever phase", () => {
		const leaving = pod("x", { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" }, status: { phase: "Pending" } });
		expect(names(all({ podPhaseSelectors: ["Pending"] }), [leaving], { runningOnly: false })).toEqual([]);
	});
});
