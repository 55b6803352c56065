import { describe, expect, it } from "vitest";
import type { Kind } from "../../../api/kind.ts";
import { networkChaos } from "../../../faults/network/spec.ts";
import { PolicyExperiment } from "../../../provider/policies/experiment.ts";
import { onSamePods, tooMuchTogether } from "../../../provider/policies/together.ts";

const labels = (app: string, more: object = {}) => ({ labelSelectors: { app, ...more } });

/** An experiment of a stack that hits these pods. */
function hits(name: string, selector: object, spec: object = {}): PolicyExperiment {
	const whole = { mode: "all", selector, ...spec };
	// As a policy sees what is not known yet.
	const props = {
		namespace: "shop",
		spec: whole,
		get ownerTeam(): string {
			throw new Error("ownerTeam is not known yet");
		},
	};
	return new PolicyExperiment(networkChaos as Kind, { type: "x", name, urn: `urn:${name}`, props });
}

const part = (value: number) => ({ mode: "fixed-percent", value: String(value) });
const fixed = (value: number) => ({ mode: "fixed", value: String(value) });

describe("faults on the same workload, all together", () => {
	const web = labels("web");

	it("may hit as much as the limit and no more", () => {
		const [a, b, c] = [hits("a", web, part(60)), hits("b", web, part(40)), hits("c", web, part(1))] as const;
		expect(tooMuchTogether([a, b], {})).toEqual([]);
		expect(tooMuchTogether([a, b, c], {})).toEqual([
			{
				urn: "urn:c",
				message:
					'101 % of app=web in "shop" would be hit by all faults together (NetworkChaos "a" 60 %, NetworkChaos "b" 40 %, ' +
					'NetworkChaos "c" 1 %), more than 100 %',
			},
		]);
		expect(tooMuchTogether([a, b], { maxShare: 99 })).toHaveLength(1);
		expect(tooMuchTogether([c, b, a], {})).toEqual(tooMuchTogether([a, b, c], {}));
	});

	it("are counted in pods where they say a number", () => {
		const all = [hits("a", web, { mode: "one" }), hits("b", web, fixed(2))];
		expect(tooMuchTogether(all, { maxTargets: 3 })).toEqual([]);
		expect(tooMuchTogether(all, { maxTargets: 2 }).map(({ message }) => message)).toEqual([
			'3 pods of app=web in "shop" would be hit by all faults together (NetworkChaos "a" 1 pods, NetworkChaos "b" 2 pods), more ' +
				"than 2 pods",
		]);
	});

	it("are the same ones whatever the order of words, and whether the namespace is named or their own", () => {
		const one = hits("a", { labelSelectors: { app: "web", tier: "x" }, podPhaseSelectors: [] });
		const other = hits("b", { namespaces: ["shop"], labelSelectors: { tier: "x", app: "web" } });
		expect(tooMuchTogether([one, other], {})).toHaveLength(1);
		expect(tooMuchTogether([one, hits("c", web)], {})).toEqual([]);
	});

	it("count on both sides, and one that hits the same pods on both once", () => {
		const toWeb = hits("a", labels("db"), { target: { mode: "all", selector: web } });
		expect(tooMuchTogether([toWeb, hits("b", web, part(1))], {})).toHaveLength(1);
		expect(tooMuchTogether([hits("a", web, { target: { mode: "all", selector: web } })], {})).toEqual([]);
	});
});

describe("two faults on the same pods", () => {
	const met = (one: object, other: object) => onSamePods([hits("a", one), hits("b", other)]).length > 0;

	it("are told by name", () => {
		expect(onSamePods([hits("a", labels("web")), hits("b", labels("db")), hits("c", labels("web"))])).toEqual([
			{
				urn: "urn:c",
				message:
					'NetworkChaos "c" and NetworkChaos "a" can hit the same pods (app=web in "shop"), and nobody could tell which fault did ' +
					"what; have one select others, or run them one after the other",
			},
		]);
	});

	it.each<[string, object, object]>([
		["labels of which one asks for more", labels("web"), labels("web", { track: "canary" })],
		["all pods and some", {}, labels("web")],
		["a namespace in common", { namespaces: ["shop", "a"] }, { namespaces: ["b", "shop"] }],
		["a pod by name", { pods: { shop: ["x", "y"] } }, { pods: { shop: ["y"] } }],
	])("are found by %s", (_, one, other) => {
		expect([met(one, other), met(other, one)]).toEqual([true, true]);
	});

	it.each<[string, object, object]>([
		["other labels", labels("web"), labels("db")],
		["labels that only the cluster knows to meet", { labelSelectors: { a: "1" } }, { labelSelectors: { b: "1" } }],
		["other namespaces", labels("web"), { namespaces: ["a"], ...labels("web") }],
		["other nodes", { ...labels("web"), nodes: ["n1"] }, { ...labels("web"), nodes: ["n2"] }],
		["other pods by name", { pods: { shop: ["x"] } }, { pods: { shop: ["y"], a: ["x"] } }],
		["pods by name and by label", { pods: { shop: ["x"] } }, labels("web")],
	])("are not made up of %s", (_, one, other) => {
		expect([met(one, other), met(other, one)]).toEqual([false, false]);
	});

	it("may be on either side", () => {
		const toWeb = hits("a", labels("db"), { target: { mode: "all", selector: labels("web") } });
		expect(onSamePods([toWeb, hits("b", labels("web"))])).toHaveLength(1);
	});
});
