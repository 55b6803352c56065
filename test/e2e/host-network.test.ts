import { DiscoveryV1Api } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { execInPod } from "../../tools/lib/pod-exec.ts";
import { clients, eventually, networkChaos, runningPods } from "../support/kubernetes.ts";
import { blocked } from "../support/pairs.ts";
import { installationStack, measure, sampleNamespace as namespace, sampleImage } from "../support/sample.ts";
import { tablesLeft } from "../support/tables.ts";

const name = "on-the-node";

async function setAllowed(allowed: boolean): Promise<void> {
	const installation = await installationStack();
	await installation.configure("allowHostNetwork", String(allowed));
	await installation.ok("up");
}

/** Addresses of the API server itself, behind its Service. */
async function apiServers(): Promise<string[]> {
	const slices = await clients()
		.config.makeApiClient(DiscoveryV1Api)
		.listNamespacedEndpointSlice({ namespace: "default", labelSelector: "kubernetes.io/service-name=kubernetes" });
	return slices.items.flatMap(({ endpoints }) => (endpoints ?? []).flatMap(({ addresses }) => addresses));
}

/** Starts a pod on the network of a node that the API server does not run on. */
async function startPod(): Promise<void> {
	const servers = await apiServers();
	const { items } = await clients().core.listNode();
	const node = items.find(({ status }) => !status?.addresses?.some(({ address }) => servers.includes(address)));
	if (!node) throw new Error("the API server runs on every node");
	await clients().core.createNamespacedPod({
		namespace,
		body: {
			metadata: { name, labels: { network: "node" } },
			spec: {
				hostNetwork: true,
				nodeName: node.metadata?.name ?? "",
				terminationGracePeriodSeconds: 0,
				containers: [
					{
						name: "idle",
						image: sampleImage(),
						imagePullPolicy: "Never",
						command: ["node", "-e", "setInterval(() => {}, 1000)"],
					},
				],
			},
		},
	});
	await eventually("the pod runs", async () => (await runningPods(namespace, "network=node")).length === 1);
}

/** Whether the node's network reaches a TCP port. */
async function reaches(host: string, port: number): Promise<boolean> {
	const dial = `const s = require("node:net").connect({ host: "${host}", port: ${port}, timeout: 2000 });
		const end = (ok) => { console.log(ok); process.exit(); };
		s.on("connect", () => end(true)).on("timeout", () => end(false)).on("error", () => end(false));`;
	const place = { namespace, pod: name, container: "idle" };
	const { stdout } = await execInPod(clients().config, {
		...place,
		command: ["node", "-e", dial],
		timeoutMs: 30_000,
	});
	return stdout.trim() === "true";
}

beforeAll(async () => {
	await setAllowed(true);
	await startPod();
});

afterAll(async () => {
	if (await networkChaos.read(namespace, name)) await networkChaos.delete(namespace, name);
	if ((await runningPods(namespace, "network=node")).length > 0) {
		await clients().core.deleteNamespacedPod({ namespace, name, gracePeriodSeconds: 0 });
	}
	await setAllowed(false);
});

it("a pod on its node's network is cut off where that is allowed, but never from the API server and the chaos system", async () => {
	const [front] = await runningPods(namespace, "app=front");
	const [api] = await apiServers();
	const peer = front?.status?.podIP ?? "";
	const service = (await clients().core.readNamespacedService({ namespace: "default", name: "kubernetes" })).spec;
	const both = () => Promise.all([reaches(peer, 8080), reaches(service?.clusterIP ?? "", 443)]);
	expect(await both()).toEqual([true, true]);
	await networkChaos.create(namespace, name, {
		action: "partition",
		mode: "all",
		selector: { namespaces: [namespace], labelSelectors: { network: "node" } },
		direction: "both",
		externalTargets: [peer, api, ...(service?.clusterIPs ?? [])],
	});
	await networkChaos.condition(namespace, name, "AllInjected", "True");
	expect(await both()).toEqual([false, true]);
	// Pods of that node have networks of their own.
	expect(blocked(await measure())).toEqual({});
	await networkChaos.delete(namespace, name);
	expect(await both()).toEqual([true, true]);
	expect(tablesLeft()).toEqual([]);
});
