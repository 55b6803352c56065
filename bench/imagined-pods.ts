import type { Experiment } from "../api/experiment.ts";
import { limiter } from "../api/limiter.ts";
import { apiVersion } from "../api/names.ts";
import type { ApiServer } from "../controller/api-server.ts";

/** Requests that run at the same time. */
const atOnce = 40;

/** Makes pods `<app>-<from>` and so on, with the label app=<app>, that run as far as the API server knows. */
export async function imaginePods(
	server: ApiServer,
	namespace: string,
	app: string,
	from: number,
	to: number,
	nodes: readonly string[],
): Promise<void> {
	const inTurn = limiter(atOnce);
	const path = `/api/v1/namespaces/${namespace}/pods`;
	const make = async (number: number): Promise<void> => {
		const name = `${app}-${number}`;
		const spec = {
			nodeName: nodes[number % nodes.length],
			tolerations: [{ operator: "Exists" }],
			automountServiceAccountToken: false,
			containers: [{ name: "main", image: "none" }],
		};
		await server.post(path, { metadata: { name, labels: { app } }, spec });
		const ip = `10.${9 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`;
		const status = { phase: "Running", podIP: ip, podIPs: [{ ip }] };
		await server.patch(`${path}/${name}/status`, { status });
	};
	await Promise.all(Array.from({ length: to - from }, (_, index) => inTurn(() => make(from + index))));
}

/** Deletes all pods of a namespace, at once: nobody runs them. A node at a time, since an API server deletes one after the other. */
export async function forgetPods(server: ApiServer, namespace: string, nodes: readonly string[]): Promise<void> {
	const inTurn = limiter(atOnce);
	const forget = async (node: string): Promise<void> => {
		const path = `/api/v1/namespaces/${namespace}/pods?fieldSelector=spec.nodeName%3D${node}`;
		await server.delete(path, { gracePeriodSeconds: 0 });
	};
	await Promise.all(nodes.map((node) => inTurn(() => forget(node))));
}

/** Removes experiments that a run has left which failed: the pods are nobody's, so nothing has to be recovered. */
export async function forgetExperiments(server: ApiServer, namespace: string): Promise<void> {
	const path = `/apis/${apiVersion}/namespaces/${namespace}/networkchaos`;
	const { items } = await server.get<{ items: Experiment[] }>(path);
	for (const { metadata } of items) {
		await server.delete(`${path}/${metadata.name}`, {});
		await server.patch(`${path}/${metadata.name}`, { metadata: { finalizers: null } });
	}
}
