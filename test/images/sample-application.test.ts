import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { SampleApplication } from "../../examples/sample-application/index.ts";
import { roles, sampleManifests } from "../../examples/sample-application/manifests.ts";
import { roles as rolesOfImage } from "../../images/sample/identity.ts";

const settings = { namespace: "shop", image: "localhost/sample:1", replicas: 2 };

describe("the manifests", () => {
	const { namespace, services, deployments } = sampleManifests(settings);

	test("have the roles of the image, a Deployment, a Service and a headless Service each", () => {
		expect(roles).toEqual(rolesOfImage);
		expect(namespace.metadata.name).toBe("shop");
		expect(deployments.map(({ metadata }) => metadata)).toEqual(
			roles.map((role) => ({ name: role, namespace: "shop", labels: { app: role } })),
		);
		expect(services.map(({ metadata, spec }) => [metadata.name, "clusterIP" in spec])).toEqual(
			roles.flatMap((role) => [
				[role, false],
				[`${role}-pods`, true],
			]),
		);
	});

	test("chain front to back to store by the names of their Services, each with less patience", () => {
		const variables = deployments.map(({ spec }) =>
			Object.fromEntries(
				(spec.template.spec.containers[0]?.env ?? []).map((each) => [each.name, "value" in each && each.value]),
			),
		);
		expect(variables.map(({ ROLE, NEXT, TIMEOUT_MS }) => [ROLE, NEXT, TIMEOUT_MS])).toEqual([
			["front", "back:8080", "2000"],
			["back", "store:8080", "1000"],
			["store", undefined, undefined],
		]);
	});

	test("ask for both families and so little that many pods fit", () => {
		expect(services.every(({ spec }) => spec.ipFamilyPolicy === "PreferDualStack")).toBe(true);
		for (const { spec } of deployments) {
			expect(spec.replicas).toBe(2);
			expect(spec.template.spec.containers[0]?.resources.requests).toEqual({ cpu: "5m", memory: "48Mi" });
		}
	});

	test("have three replicas unless told otherwise", () => {
		const { deployments } = sampleManifests({ namespace: "shop", image: "localhost/sample:1" });
		expect(deployments.map(({ spec }) => spec.replicas)).toEqual([3, 3, 3]);
	});
});

test("the component makes exactly what the manifests say", async () => {
	const made: pulumi.runtime.MockResourceArgs[] = [];
	await pulumi.runtime.setMocks({
		newResource: (resource) => {
			made.push(resource);
			return { id: resource.name, state: resource.inputs };
		},
		call: () => ({}),
	});
	const application = new SampleApplication("app", { ...settings, image: pulumi.output("localhost/sample:1") });
	const namespace = await new Promise((resolve) => application.namespace.apply(resolve));
	expect(namespace).toBe("shop");
	const { namespace: wanted, services, deployments } = sampleManifests(settings);
	const all = [wanted, ...services, ...deployments];
	await expect.poll(() => made.filter(({ type }) => type.startsWith("kubernetes:")).length).toBe(all.length);
	const inputs = made.filter(({ type }) => type.startsWith("kubernetes:")).map((resource) => resource.inputs);
	for (const manifest of all) expect(inputs).toContainEqual(expect.objectContaining(manifest));
});
