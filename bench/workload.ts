import { setTimeout as sleep } from "node:timers/promises";
import { type ApiServer, isStatus } from "../controller/api-server.ts";
import type { Pod } from "../selection/pod.ts";

/** Namespace of the pods that are hit. */
export const benchNamespace = "pulumi-chaos-bench";
/** What selects them. */
export const benchSelector = { namespaces: [benchNamespace], labelSelectors: { app: "target" } };

const namespacePath = `/api/v1/namespaces/${benchNamespace}`;
const deployment = `/apis/apps/v1/namespaces/${benchNamespace}/deployments`;

/** A Deployment of as many pods as asked, that do nothing. */
export class Workload {
	readonly #server: ApiServer;

	private constructor(server: ApiServer) {
		this.#server = server;
	}

	/** Makes the namespace, a ConfigMap of the name `unit`, and the Deployment without a pod. */
	static async create(server: ApiServer, image: string): Promise<Workload> {
		await server.post("/api/v1/namespaces", { metadata: { name: benchNamespace } });
		await server.post(`${namespacePath}/configmaps`, { metadata: { name: "unit" } });
		const labels = { app: "target" };
		const container = { name: "main", image, imagePullPolicy: "Never", command: ["sleep", "infinity"] };
		await server.post(deployment, {
			metadata: { name: "target" },
			spec: {
				replicas: 0,
				selector: { matchLabels: labels },
				template: {
					metadata: { labels },
					spec: {
						automountServiceAccountToken: false,
						terminationGracePeriodSeconds: 0,
						containers: [container],
					},
				},
			},
		});
		return new Workload(server);
	}

	/** Path of the object that is patched as a unit. */
	get unit(): string {
		return `${namespacePath}/configmaps/unit`;
	}

	/** Has so many pods, no more and no fewer, and waits until all run; returns them. */
	async scale(replicas: number): Promise<Pod[]> {
		await this.#server.patch(`${deployment}/target`, { spec: { replicas } });
		return this.ready(replicas);
	}

	/** Waits until there are so many pods and all are ready. */
	async ready(count: number): Promise<Pod[]> {
		for (const end = performance.now() + 300_000; performance.now() < end; await sleep(500)) {
			const { items } = await this.#server.get<{ items: Pod[] }>(`${namespacePath}/pods`);
			const ready = items.filter(({ status }) =>
				status.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True"),
			);
			if (ready.length === count && items.length === count) return ready;
		}
		throw new Error(`${benchNamespace} did not have ${count} pods that are ready within 300 s`);
	}

	/** Removes all of it. */
	async remove(): Promise<void> {
		await this.#server.delete(namespacePath, {});
		const isThere = (): Promise<boolean> =>
			this.#server.get(namespacePath).then(
				() => true,
				(error: unknown) => !isStatus(error, 404),
			);
		while (await isThere()) await sleep(500);
	}
}
