import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { beforeEach, describe, expect, it } from "vitest";
import { type PodsOwner, podsOf, selectorOf } from "../../provider/pods-of.ts";

beforeEach(() => {
	void pulumi.runtime.setMocks({
		newResource: ({ type, name, inputs }) => {
			const kind = type.split(":").at(-1);
			return { id: `shop/${name}`, state: { kind, ...inputs } };
		},
		call: ({ inputs }) => inputs,
	});
});

const metadata = { name: "front", namespace: "shop" };
const matchLabels = { app: "front" };
const template = { metadata: { labels: matchLabels }, spec: { containers: [{ name: "server", image: "server:1" }] } };
const matchExpressions = [{ key: "tier", operator: "In", values: ["web"] }];

function settled<T>(output: pulumi.Output<T>): Promise<T> {
	return new Promise((resolve) => output.apply(resolve));
}

describe("podsOf", () => {
	it.each<[string, () => PodsOwner, object]>([
		[
			"a Deployment",
			() =>
				new k8s.apps.v1.Deployment("a", { metadata, spec: { selector: { matchLabels, matchExpressions }, template } }),
			{ namespaces: ["shop"], labelSelectors: matchLabels, expressionSelectors: matchExpressions },
		],
		[
			"a StatefulSet",
			() =>
				new k8s.apps.v1.StatefulSet("a", { metadata, spec: { selector: { matchLabels }, serviceName: "a", template } }),
			{ namespaces: ["shop"], labelSelectors: matchLabels },
		],
		[
			"a DaemonSet",
			() => new k8s.apps.v1.DaemonSet("a", { metadata, spec: { selector: { matchLabels }, template } }),
			{ namespaces: ["shop"], labelSelectors: matchLabels },
		],
		[
			"a Service",
			() => new k8s.core.v1.Service("a", { metadata, spec: { selector: matchLabels } }),
			{ namespaces: ["shop"], labelSelectors: matchLabels },
		],
		["a Pod", () => new k8s.core.v1.Pod("a", { metadata, spec: template.spec }), { pods: { shop: ["front"] } }],
		["a Namespace", () => new k8s.core.v1.Namespace("a", { metadata: { name: "shop" } }), { namespaces: ["shop"] }],
	])("is the selector of %s", async (_what, make, selector) => {
		expect(await settled(podsOf(make()))).toEqual(selector);
	});

	it("depends on the object", async () => {
		const service = new k8s.core.v1.Service("a", { metadata, spec: { selector: matchLabels } });
		const resources = await (
			podsOf(service) as unknown as { allResources(): Promise<Set<pulumi.Resource>> }
		).allResources();
		expect([...resources]).toEqual([service]);
	});

	it.each([
		["a Service without a selector", "Service", "podsOf: the Service shop/front has no selector, so it has no pods"],
		[
			"what has no pods",
			"ConfigMap",
			"podsOf: a ConfigMap (front) selects no pods; give it Deployment, StatefulSet, DaemonSet, ReplicaSet, Service, Pod, Namespace, or write the selector",
		],
	])("refuses %s", (_what, kind, message) => {
		expect(() => selectorOf(kind, metadata, {})).toThrow(message);
	});
});
