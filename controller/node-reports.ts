import { isDeepStrictEqual } from "node:util";
import { ownGroup, version } from "../api/names.ts";
import { type Ability, type NodeReport, nodeReportKind, nodeReportsPath } from "../api/node-report.ts";
import { orNothing } from "./api-server.ts";
import type { FencedServer } from "./fenced.ts";

/** What writing reports needs. */
export interface NodeReportsOptions {
	server: Pick<FencedServer, "get" | "post" | "patch">;
	/** What a node can do, as its daemon says; undefined: it has none now. Rejects when that does not answer. */
	ask: (node: string) => Promise<Ability[] | undefined>;
}

/**
 * Writes what a node can do into an object of the cluster, where previews read it. It belongs to the node and goes with it. Rejects with
 * what daemon or API server say; a cluster whose definitions know of no reports gets none.
 */
export async function reportNode({ server, ask }: NodeReportsOptions, node: string): Promise<void> {
	const path = `${nodeReportsPath}/${node}`;
	const faults = await ask(node);
	if (!faults) return;
	const lacks = faults.filter(({ able }) => !able).map(({ name }) => name);
	const spec: NodeReport["spec"] = { lacks: lacks.join(", "), faults };
	const present = await orNothing(server.get<NodeReport>(path));
	if (present && isDeepStrictEqual(present.spec, spec)) return;
	if (present) {
		await server.patch(path, { spec });
		return;
	}
	const { metadata } = await server.get<{ metadata: { uid: string } }>(`/api/v1/nodes/${node}`);
	const owner = { apiVersion: "v1", kind: "Node", name: node, uid: metadata.uid };
	const about = { apiVersion: `${ownGroup}/${version}`, kind: nodeReportKind };
	await orNothing(server.post(nodeReportsPath, { ...about, metadata: { name: node, ownerReferences: [owner] }, spec }));
}
