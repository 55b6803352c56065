import { expect, it } from "vitest";
import { guardRailsDefinition, railsOf } from "../../guard-rails/object.ts";

it("is a kind of the whole cluster, in the group of our own", () => {
	expect(guardRailsDefinition()).toMatchObject({
		metadata: { name: "guardrails.pulumi-chaos.io" },
		spec: { group: "pulumi-chaos.io", scope: "Cluster", names: { kind: "GuardRails", plural: "guardrails" } },
	});
});

it("is called by its kind and name, and without a spec limits nothing", () => {
	const metadata = { name: "production", uid: "1" };
	expect(railsOf({ metadata, spec: { maxShare: 50 } })).toEqual({
		title: 'GuardRails "production"',
		spec: { maxShare: 50 },
	});
	expect(railsOf({ metadata }).spec).toEqual({});
});
