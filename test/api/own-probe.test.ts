import { describe, expect, it } from "vitest";
import { check } from "../../api/check.ts";
import { ownProbe, ownProbeDefinition, ownProbePath } from "../../api/own-probe.ts";
import { probe } from "../../api/probe.ts";

describe("a Probe", () => {
	it("says what a probe of an experiment says, but for its name and its part", () => {
		const { name: _, when: __, ...shared } = probe.fields;
		expect(ownProbe.spec.fields).toEqual(shared);
	});

	it("is refused with the fields of another type, and with those of experiments", () => {
		const tcp = { host: "front.shop", port: 80 };
		expect(check(ownProbe, { type: "tcp", tcp, interval: "2s", tolerance: 1 })).toEqual([]);
		const wrong = check(ownProbe, { type: "tcp", tcp, grpc: tcp, when: ["before"] });
		expect(wrong.map(({ path }) => path).sort()).toEqual(["grpc", "when"]);
	});

	it("has a definition with a namespace, a status of its own, and what people look for", () => {
		expect(ownProbePath({ namespace: "shop", name: "front" })).toBe(
			"/apis/pulumi-chaos.io/v1alpha1/namespaces/shop/probes/front",
		);
		expect(ownProbeDefinition()).toMatchObject({
			metadata: { name: "probes.pulumi-chaos.io" },
			spec: {
				scope: "Namespaced",
				versions: [
					{
						subresources: { status: {} },
						additionalPrinterColumns: [
							{ name: "type", jsonPath: ".spec.type" },
							{ name: "outcome", jsonPath: ".status.outcome" },
							{ name: "since", type: "date", jsonPath: ".status.since" },
							{ name: "age" },
						],
						schema: { openAPIV3Schema: { required: ["spec"] } },
					},
				],
			},
		});
	});
});
