import { ApiextensionsV1Api, AppsV1Api, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { systemLabel } from "../../api/names.ts";
import { podRules } from "../../tools/lib/pod-network.ts";
import { clients, eventually, networkChaos, runningPods } from "../support/kubernetes.ts";
import { installationStack, partition, sampleNamespace, systemNamespace } from "../support/sample.ts";
import type { Stack } from "../support/stack.ts";
import { tablesLeft } from "../support/tables.ts";

const name = "left";
const definition = "networkchaos.chaos-mesh.org";
const controller = { name: "pulumi-chaos-controller", namespace: systemNamespace };
let installation: Stack;

beforeAll(async () => {
	installation = await installationStack();
});

afterEach(async () => {
	await eventually("a controller answers", () => networkChaos.admits(sampleNamespace, partition("front", "back")), 120);
	expect(tablesLeft()).toEqual([]);
});

/** Puts a fault in place and returns whether a target still has it. */
async function injected(namespace = sampleNamespace): Promise<() => boolean> {
	await networkChaos.create(namespace, name, partition("front", "back"));
	await networkChaos.condition(namespace, name, "AllInjected", "True");
	const [pod] = await runningPods(sampleNamespace, "app=front");
	const uid = pod?.metadata?.uid ?? "";
	expect(podRules(uid)).toContain("drop");
	return () => podRules(uid).includes("drop");
}

/** Sets the number of controllers, and returns what it was. */
async function scale(replicas: number): Promise<number> {
	const { config, core } = clients();
	const apps = config.makeApiClient(AppsV1Api);
	const before = await apps.readNamespacedDeployment(controller);
	const headers = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
	await apps.patchNamespacedDeployment({ ...controller, body: { spec: { replicas } } }, headers);
	await eventually("the controllers that are wanted", async () => {
		const pods = { namespace: systemNamespace, labelSelector: `${systemLabel}=controller` };
		return (await core.listNamespacedPod(pods)).items.length === replicas;
	});
	return before.spec?.replicas ?? 1;
}

async function definitionIsThere(): Promise<boolean> {
	const api = clients().config.makeApiClient(ApiextensionsV1Api);
	return api.readCustomResourceDefinition({ name: definition }).then(
		() => true,
		() => false,
	);
}

describe("first to go", () => {
	it("are the definitions: the controller recovers their experiments, then they are gone", async () => {
		const isCut = await injected();
		const api = clients().config.makeApiClient(ApiextensionsV1Api);
		await api.deleteCustomResourceDefinition({ name: definition });
		await eventually("the definition has gone", async () => !(await definitionIsThere()));
		expect(isCut()).toBe(false);
		// The installation is that of all files: it must be whole again.
		await installation.ok("up", "--refresh");
	});

	it("is the namespace of an experiment", async () => {
		const { core } = clients();
		const namespace = "leaving";
		await core.createNamespace({ body: { metadata: { name: namespace } } });
		const isCut = await injected(namespace);
		await core.deleteNamespace({ name: namespace });
		await eventually("the namespace has gone", () =>
			core.readNamespace({ name: namespace }).then(
				() => false,
				() => true,
			),
		);
		expect(isCut()).toBe(false);
	});

	it("is the controller: destroy ends in time and says what is left; nothing stays on the nodes", async () => {
		await installation.configure("drainTimeout", "10s");
		await installation.ok("up");
		const isCut = await injected();
		const replicas = await scale(0);
		try {
			const { status, output } = await installation.run("destroy");
			expect(status).not.toBe(0);
			expect(output).toContain(`NetworkChaos "${sampleNamespace}/${name}": ${sampleNamespace}/`);
			expect(output).toContain("No controller has noticed the deletion");

			// What the message says: it passes although nobody answers the webhooks.
			await networkChaos.removeFinalizers(sampleNamespace, name);
			await eventually("the experiment has gone", async () => !(await networkChaos.read(sampleNamespace, name)));
		} finally {
			await scale(replicas);
		}
		await eventually("the fault is out", () => !isCut());
		await installation.configure("drainTimeout", "5m");
		await installation.ok("up");
	});
});
