import { expect, it } from "vitest";
import { fillDefaults } from "../../api/defaults.ts";
import { networkChaos } from "../../faults/network/spec.ts";

const namespacesIn = (namespace: string, selector: object) =>
	fillDefaults(networkChaos.spec, { selector }, namespace)["selector"];

it.each([
	["the namespace of the object where none is given", "shop", {}, { namespaces: ["shop"] }],
	["also for an empty list", "shop", { namespaces: [] }, { namespaces: ["shop"] }],
	["nothing where one is given", "shop", { namespaces: ["other"] }, { namespaces: ["other"] }],
	["not kube-system, which must be named", "kube-system", {}, {}],
])("fills in %s", (_what, namespace, selector, expected) => {
	expect(namespacesIn(namespace, selector)).toEqual(expected);
});
