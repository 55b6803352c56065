import { CoreV1Api, CustomObjectsApi, KubeConfig, type V1Pod } from "@kubernetes/client-node";
import type { Experiment } from "../../api/experiment.ts";
import { group, version } from "../../api/names.ts";
import type { NetworkChaosSpec } from "../../faults/network/spec.ts";
import { kubeconfigPath } from "../../tools/cluster/cluster.ts";

/** Clients of the test cluster with the rights of its admin. */
export function clients(): { config: KubeConfig; core: CoreV1Api; custom: CustomObjectsApi } {
	const config = new KubeConfig();
	config.loadFromFile(kubeconfigPath());
	return { config, core: config.makeApiClient(CoreV1Api), custom: config.makeApiClient(CustomObjectsApi) };
}

/** Calls `look` again and again until it returns something, for at most `seconds`; then throws what `look` says of itself. */
export async function eventually<T>(
	what: string,
	look: () => Promise<T | undefined | false> | T | undefined | false,
	seconds = 60,
): Promise<T> {
	const end = performance.now() + seconds * 1000;
	for (;;) {
		const found = await look();
		if (found !== undefined && found !== false) return found;
		if (performance.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 200));
	}
}

/** Pods of a namespace that run, by label. */
export async function runningPods(namespace: string, labelSelector: string): Promise<V1Pod[]> {
	const { items } = await clients().core.listNamespacedPod({ namespace, labelSelector });
	return items.filter((pod) => pod.status?.phase === "Running" && !pod.metadata?.deletionTimestamp);
}

const place = (namespace: string) => ({ group, version, namespace, plural: "networkchaos" });

/** Creates a NetworkChaos as kubectl would. */
export async function createNetworkChaos(namespace: string, name: string, spec: NetworkChaosSpec): Promise<void> {
	const body = { apiVersion: `${group}/${version}`, kind: "NetworkChaos", metadata: { name, namespace }, spec };
	await clients().custom.createNamespacedCustomObject({ ...place(namespace), body });
}

/** Reads a NetworkChaos; undefined when there is none. */
export async function readNetworkChaos(namespace: string, name: string): Promise<Experiment | undefined> {
	const { items } = (await clients().custom.listNamespacedCustomObject({
		...place(namespace),
		fieldSelector: `metadata.name=${name}`,
	})) as { items: Experiment[] };
	return items[0];
}

/** All NetworkChaos of the cluster. */
export async function allNetworkChaos(): Promise<Experiment[]> {
	const list = await clients().custom.listClusterCustomObject({ group, version, plural: "networkchaos" });
	return (list as { items: Experiment[] }).items;
}

/** Asks for the deletion of a NetworkChaos. */
export async function startDeletingNetworkChaos(namespace: string, name: string): Promise<void> {
	await clients().custom.deleteNamespacedCustomObject({ ...place(namespace), name });
}

/** Deletes a NetworkChaos and waits until it is gone, which is when nothing of it is left. */
export async function deleteNetworkChaos(namespace: string, name: string): Promise<void> {
	await startDeletingNetworkChaos(namespace, name);
	await eventually(`NetworkChaos ${namespace}/${name} is gone`, async () => !(await readNetworkChaos(namespace, name)));
}

/** Waits until a condition of a NetworkChaos is as given, and returns the object as it is then. */
export function condition(
	namespace: string,
	name: string,
	type: string,
	status: "True" | "False",
	reason?: string,
): Promise<Experiment> {
	return eventually(`${type}=${status} ${reason ?? ""} of ${namespace}/${name}`, async () => {
		const experiment = await readNetworkChaos(namespace, name);
		const found = experiment?.status?.conditions?.find((candidate) => candidate.type === type);
		return found?.status === status && (reason === undefined || found.reason === reason) && experiment;
	});
}
