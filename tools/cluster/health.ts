import { isAlive } from "../lib/procfs.ts";
import { apiRequest } from "./api.ts";
import { dnsAnswers } from "./dns.ts";
import type { ClusterLayout } from "./layout.ts";
import type { ClusterState } from "./state.ts";

/** One line of a cluster's health. */
export interface Finding {
	readonly what: string;
	readonly healthy: boolean;
	/** Why it is not, or nothing. */
	readonly detail: string;
}

interface NodeObject {
	readonly metadata: { readonly name: string };
	readonly status: {
		readonly conditions?: { readonly type: string; readonly status: string; readonly message: string }[];
	};
}

function check(what: string, healthy: boolean, detail: string): Finding {
	return { what, healthy, detail: healthy ? "" : detail };
}

async function apiFinding(layout: ClusterLayout): Promise<Finding> {
	const answer = await apiRequest(layout, "GET", "/readyz").catch((error: Error) => error.message);
	return check("API server ready", answer === "ok", answer);
}

/** Whether each of the nodes is Ready. */
export async function nodeFindings(layout: ClusterLayout, numbers: readonly (1 | 2)[]): Promise<Finding[]> {
	const wanted = layout.nodes.filter((node) => numbers.includes(node.number));
	let items: NodeObject[];
	try {
		items = JSON.parse(await apiRequest(layout, "GET", "/api/v1/nodes")).items;
	} catch (error) {
		return wanted.map((node) => check(`node ${node.name} Ready`, false, (error as Error).message));
	}
	return wanted.map((node) => {
		const object = items.find((item) => item.metadata.name === node.name);
		const ready = object?.status.conditions?.find((condition) => condition.type === "Ready");
		return check(`node ${node.name} Ready`, ready?.status === "True", ready?.message ?? "it has not registered");
	});
}

/** The health of a cluster: each component, the API server, each node, cluster DNS. */
export async function clusterHealth(layout: ClusterLayout, state: ClusterState): Promise<Finding[]> {
	const components = state.components.map((record) =>
		check(`${record.name} runs`, isAlive(record), `process ${record.pid} has ended; its log is ${record.log}`),
	);
	const [api, nodes, dns] = await Promise.all([
		apiFinding(layout),
		nodeFindings(layout, state.nodes),
		dnsAnswers(layout),
	]);
	return [...components, api, ...nodes, check("cluster DNS answers", dns, `${layout.dns4} and ${layout.dns6} do not`)];
}
