import { CoreV1Api, CustomObjectsApi, type KubeConfig, PolicyV1Api } from "@kubernetes/client-node";
import { ownGroup, version } from "../../api/names.ts";
import { type NodeReport, nodeReportPlural } from "../../api/node-report.ts";
import type { Pod } from "../../selection/pod.ts";
import { labelQuery, podList } from "../../selection/pod-query.ts";
import { orUndefined, request } from "./request.ts";
import type { Budget, Node, Surroundings } from "./surroundings.ts";

/** Objects a page of a list. */
const pageSize = 500;

/** What one page of a list is asked by. */
interface Page {
	limit: number;
	_continue?: string;
}

/** What stands around experiments in the cluster of a kubeconfig. */
export function kubernetesSurroundings(config: KubeConfig): Surroundings {
	const core = config.makeApiClient(CoreV1Api);
	const custom = config.makeApiClient(CustomObjectsApi);
	const policy = config.makeApiClient(PolicyV1Api);
	return {
		async listPods(namespace, selector) {
			const { query, keeps } = podList(selector);
			const asked = { namespace, ...given(query) };
			return (await all<Pod>((page) => core.listNamespacedPod({ ...asked, ...page }))).filter(keeps);
		},
		async listNodes(labels) {
			const nodes = await all<Node>((page) => core.listNode({ ...given(labelQuery(labels)), ...page }));
			return nodes.map(({ metadata }) => metadata.name);
		},
		namespaceExists: (name) => exists(() => core.readNamespace({ name })),
		nodeExists: (name) => exists(() => core.readNode({ name })),
		podsIn: (namespace) => all<Pod>((page) => core.listNamespacedPod({ namespace, ...page })),
		nodes: () => all<Node>((page) => core.listNode(page)),
		async nodeReports() {
			const kind = { group: ownGroup, version, plural: nodeReportPlural };
			const list = await orUndefined<{ items: NodeReport[] }>(request(() => custom.listClusterCustomObject(kind)));
			return list?.items ?? [];
		},
		budgetsIn: (namespace) => all<Budget>((page) => policy.listNamespacedPodDisruptionBudget({ namespace, ...page })),
	};
}

/** All objects of a list, a page at a time. The client's own types say of each field that it may not be there. */
async function all<T>(
	list: (page: Page) => Promise<{ metadata?: { _continue?: string }; items: unknown[] }>,
): Promise<T[]> {
	const found: T[] = [];
	for (let next: string | undefined, first = true; first || next; first = false) {
		const page: Page = { limit: pageSize, ...(next && { _continue: next }) };
		const { metadata, items } = await request(() => list(page));
		found.push(...(items as T[]));
		next = metadata?._continue;
	}
	return found;
}

async function exists(read: () => Promise<unknown>): Promise<boolean> {
	return (await orUndefined(request(read))) !== undefined;
}

/** Without what is undefined: the client would send it. */
function given(query: Readonly<Record<string, string | undefined>>): Record<string, string> {
	return Object.fromEntries(Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
