import type { Selector } from "../api/selector.ts";
import type { KubeObject, Pod } from "../selection/pod.ts";
import { labelQuery, podList } from "../selection/pod-query.ts";
import type { ApiServer, Query } from "./api-server.ts";
import { slimPod } from "./slim-pod.ts";

/** Objects a page of a list. */
const pageSize = 500;

type Reader = Pick<ApiServer, "get">;

/**
 * Pods of a namespace, live, that have the labels, annotations and fields that a selector asks for; all of them where it lists
 * pods by name. The API server filters by what it can; annotations are not among that.
 */
export async function listPods(server: Reader, namespace: string, selector: Selector): Promise<Pod[]> {
	const { query, keeps } = podList(selector);
	const pods: Pod[] = [];
	for await (const page of pages<Pod>(server, `/api/v1/namespaces/${namespace}/pods`, query)) {
		pods.push(...page.filter(keeps).map(slimPod));
	}
	return pods;
}

/** Names of the nodes with all these labels, live. */
export async function listNodes(server: Reader, labels: Record<string, string>): Promise<string[]> {
	const names: string[] = [];
	for await (const page of pages<KubeObject>(server, "/api/v1/nodes", labelQuery(labels))) {
		names.push(...page.map(({ metadata }) => metadata.name));
	}
	return names;
}

/** All objects of a list, a page at a time. */
export async function* pages<T>(server: Reader, path: string, query: Query): AsyncGenerator<T[]> {
	let next: string | undefined;
	do {
		const list = { ...query, limit: pageSize, continue: next };
		const { metadata, items } = await server.get<{ metadata: { continue?: string }; items: T[] }>(path, list);
		yield items;
		next = metadata.continue || undefined;
	} while (next);
}
