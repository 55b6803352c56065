import { describe, expect, it } from "vitest";
import { crd } from "../../api/crd.ts";
import { networkChaos } from "../../faults/network/spec.ts";

/** Walks a JSON value, calling `visit` on every object in it. */
function walk(value: unknown, visit: (node: Record<string, unknown>) => void): void {
	if (typeof value !== "object" || value === null) return;
	if (!Array.isArray(value)) visit(value as Record<string, unknown>);
	for (const child of Object.values(value)) walk(child, visit);
}

describe("crd", () => {
	const definition = crd(networkChaos);

	it("is plain JSON: nothing is lost on the way to the API server", () => {
		expect(JSON.parse(JSON.stringify(definition))).toEqual(definition);
	});

	it("has upstream's names and a status of its own", () => {
		expect(definition).toMatchObject({
			metadata: { name: "networkchaos.chaos-mesh.org" },
			spec: {
				group: "chaos-mesh.org",
				names: { plural: "networkchaos", singular: "networkchaos", kind: "NetworkChaos" },
				versions: [{ name: "v1alpha1", subresources: { status: {} } }],
			},
		});
	});

	it("bounds every list and text of the spec, so that CEL rules stay affordable", () => {
		const [version] = (
			definition["spec"] as { versions: { schema: { openAPIV3Schema: { properties: { spec: unknown } } } }[] }
		).versions;
		walk(version?.schema.openAPIV3Schema.properties.spec, (node) => {
			if (node["type"] === "array") expect(node).toHaveProperty("maxItems");
			if (node["type"] === "string") expect(node["maxLength"] ?? node["enum"]).toBeDefined();
			if (node["additionalProperties"]) expect(node).toHaveProperty("maxProperties");
		});
	});
});
