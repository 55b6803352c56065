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

/** A report with what it belongs to. */
interface OwnedReport extends NodeReport {
	metadata: NodeReport["metadata"] & { ownerReferences?: { uid: string }[] };
}

/**
 * Writes what a node can do into an object of the cluster, where previews read it. It belongs to the node and goes with it. Rejects with
 * what daemon or API server say; a cluster whose definitions know of no reports gets none, and neither does a node that is gone.
 */
export async function reportNode({ server, ask }: NodeReportsOptions, node: string): Promise<void> {
	const path = `${nodeReportsPath}/${node}`;
	const faults = await ask(node);
	if (!faults) return;
	const lacks = faults.filter(({ able }) => !able).map(({ name }) => name);
	const spec: NodeReport["spec"] = { lacks: lacks.join(", "), faults };
	const present = await orNothing(server.get<OwnedReport>(path));
	const owner = await orNothing(server.get<{ metadata: { uid: string } }>(`/api/v1/nodes/${node}`));
	if (!owner) return;
	const { uid } = owner.metadata;
	const ownerReferences = [{ apiVersion: "v1", kind: "Node", name: node, uid }];
	if (!present) {
		const about = { apiVersion: `${ownGroup}/${version}`, kind: nodeReportKind };
		await orNothing(server.post(nodeReportsPath, { ...about, metadata: { name: node, ownerReferences }, spec }));
		return;
	}
	// A report of another node that had the name would be collected with that one.
	const isOwned = present.metadata.ownerReferences?.some((reference) => reference.uid === uid) ?? false;
	if (isOwned && isDeepStrictEqual(present.spec, spec)) return;
	await server.patch(path, { metadata: { ownerReferences }, spec });
}
