import {
	CoreV1Api,
	CustomObjectsApi,
	KubeConfig,
	PatchStrategy,
	setHeaderOptions,
	type V1Pod,
} from "@kubernetes/client-node";
import type { Experiment } from "../../api/experiment.ts";
import { group, version } from "../../api/names.ts";
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

/** The experiments of one kind, as kubectl handles them. */
export class Experiments {
	readonly #kind: string;

	/** @param kind - such as `NetworkChaos` */
	constructor(kind: string) {
		this.#kind = kind;
	}

	async create(namespace: string, name: string, spec: object): Promise<void> {
		const body = { apiVersion: `${group}/${version}`, kind: this.#kind, metadata: { name, namespace }, spec };
		await clients().custom.createNamespacedCustomObject({ ...this.#place(namespace), body });
	}

	/** Whether the API server would create one now: it does not while no controller answers it. */
	async admits(namespace: string, spec: object): Promise<boolean> {
		const body = { apiVersion: `${group}/${version}`, kind: this.#kind, metadata: { generateName: "try-" }, spec };
		const all = { ...this.#place(namespace), body, dryRun: "All" };
		return clients()
			.custom.createNamespacedCustomObject(all)
			.then(
				() => true,
				() => false,
			);
	}

	/** Undefined when there is none. */
	async read(namespace: string, name: string): Promise<Experiment | undefined> {
		const { items } = (await clients().custom.listNamespacedCustomObject({
			...this.#place(namespace),
			fieldSelector: `metadata.name=${name}`,
		})) as { items: Experiment[] };
		return items[0];
	}

	/** Those of all namespaces. */
	async all(): Promise<Experiment[]> {
		const list = await clients().custom.listClusterCustomObject({ group, version, plural: this.#plural });
		return (list as { items: Experiment[] }).items;
	}

	annotate(namespace: string, name: string, annotations: Record<string, string | null>): Promise<void> {
		return this.#patch(namespace, name, { annotations });
	}

	/** Makes another object of that name with the same metadata and these changes of its spec: what `kubectl replace --force` does. */
	async replace(namespace: string, name: string, changes: object): Promise<void> {
		const found = await this.read(namespace, name);
		if (!found) throw new Error(`there is no ${this.#kind} ${namespace}/${name}`);
		const { apiVersion, kind, metadata, spec } = found;
		const { labels, annotations } = metadata;
		await this.delete(namespace, name);
		const body = {
			apiVersion,
			kind,
			metadata: { name, namespace, labels, annotations },
			spec: { ...spec, ...changes },
		};
		await clients().custom.createNamespacedCustomObject({ ...this.#place(namespace), body });
	}

	/** Tries to change the spec. */
	edit(namespace: string, name: string, spec: object): Promise<unknown> {
		const headers = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
		const body = { spec };
		return clients().custom.patchNamespacedCustomObject({ ...this.#place(namespace), name, body }, headers);
	}

	/** What people do who want to be rid of an object that does not go. */
	removeFinalizers(namespace: string, name: string): Promise<void> {
		return this.#patch(namespace, name, { finalizers: null });
	}

	async startDeleting(namespace: string, name: string): Promise<void> {
		await clients().custom.deleteNamespacedCustomObject({ ...this.#place(namespace), name });
	}

	/** Deletes and waits until it is gone, which is when nothing of it is left. */
	async delete(namespace: string, name: string): Promise<void> {
		await this.startDeleting(namespace, name);
		await eventually(`${this.#kind} ${namespace}/${name} is gone`, async () => !(await this.read(namespace, name)));
	}

	/** Waits until a condition is as given, and returns the object as it is then. @throws Error with its status if it does not get there */
	async condition(
		namespace: string,
		name: string,
		type: string,
		status: "True" | "False",
		reason?: string,
	): Promise<Experiment> {
		let last: Experiment | undefined;
		try {
			return await eventually(`${type}=${status} ${reason ?? ""} of ${namespace}/${name}`, async () => {
				last = await this.read(namespace, name);
				const found = last?.status?.conditions?.find((candidate) => candidate.type === type);
				return found?.status === status && (reason === undefined || found.reason === reason) && last;
			});
		} catch (error) {
			throw new Error(`${(error as Error).message}; its status: ${JSON.stringify(last?.status)}`, { cause: error });
		}
	}

	async #patch(namespace: string, name: string, metadata: object): Promise<void> {
		const headers = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
		const body = { metadata };
		await clients().custom.patchNamespacedCustomObject({ ...this.#place(namespace), name, body }, headers);
	}

	get #plural(): string {
		return this.#kind.toLowerCase();
	}

	#place(namespace: string): { group: string; version: string; namespace: string; plural: string } {
		return { group, version, namespace, plural: this.#plural };
	}
}

/** The NetworkChaos of the cluster. */
export const networkChaos = new Experiments("NetworkChaos");
/** The PodChaos of the cluster. */
export const podChaos = new Experiments("PodChaos");
/** The StressChaos of the cluster. */
export const stressChaos = new Experiments("StressChaos");
/** The TimeChaos of the cluster. */
export const timeChaos = new Experiments("TimeChaos");
