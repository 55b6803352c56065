import { expect, it } from "vitest";
import type { ObjectField } from "../../api/field.ts";
import { podSelector } from "../../api/selector.ts";
import { sharedSelectors } from "../../cli/selectors.ts";

const field: ObjectField = podSelector;
const namesFor = (selectors: object[]): string[] =>
	sharedSelectors(selectors.map((selector) => ({ field, value: { mode: "all", selector } }))).map(({ name }) => name);

it.each([
	["the label that says what a pod is", { labelSelectors: { tier: "web", app: "front" } }, "frontPods"],
	["the first label, when none says that", { labelSelectors: { tier: "web", zone: "a" } }, "webPods"],
	["words of a label", { labelSelectors: { "k8s-app": "Back_end.v2" } }, "backEndV2Pods"],
	["a label that begins with a digit", { labelSelectors: { app: "3scale" } }, "pods3scale"],
	["a namespace", { namespaces: ["shop", "bank"] }, "shopPods"],
	["nothing to go by", { labelSelectors: { app: "" }, nodes: ["node-1"] }, "selectedPods"],
])("a constant is called by %s", (_, selector, name) => {
	expect(namesFor([selector, structuredClone(selector)])).toEqual([name]);
});

it("different selectors get different names, whatever the order of their fields", () => {
	const shop = { namespaces: ["shop"], labelSelectors: { app: "front" } };
	const bank = { namespaces: ["bank"], labelSelectors: { app: "front" } };
	const turned = { labelSelectors: { app: "front" }, namespaces: ["bank"] };
	expect(namesFor([shop, bank, turned, shop])).toEqual(["frontPods", "frontPods2"]);
});

it("what occurs once, or selects everything, gets none", () => {
	expect(namesFor([{ namespaces: ["shop"] }, {}, {}])).toEqual([]);
});
