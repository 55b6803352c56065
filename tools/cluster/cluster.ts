import { apiRequest } from "./api.ts";
import { clusterHealth, type Finding } from "./health.ts";
import { importInto } from "./images.ts";
import { type ClusterLayout, clusterLayout, type NodeLayout } from "./layout.ts";
import { hasLeftovers, removeCluster, removeNode } from "./leftovers.ts";
import { withLock } from "./lock.ts";
import { ensurePrograms } from "./programs.ts";
import { lineProgress, type Progress } from "./progress.ts";
import { Start } from "./start.ts";
import { type ClusterState, readState, writeState } from "./state.ts";

/** How a cluster is brought up. */
export interface UpOptions {
	/** How many nodes it should have; as many as it has, or one, when absent. */
	readonly nodes?: 1 | 2;
	/** Which cluster; the shared one when absent. */
	readonly layout?: ClusterLayout;
	/** Where progress goes; lines on standard error when absent. */
	readonly progress?: Progress;
}

async function runningState(layout: ClusterLayout, progress: Progress): Promise<ClusterState | undefined> {
	const state = readState(layout);
	if (state?.phase !== "up") return undefined;
	const ill = (await clusterHealth(layout, state)).filter((finding) => !finding.healthy);
	for (const { what, detail } of ill) progress.note(`not true any more: ${what}: ${detail}`);
	return ill.length === 0 ? state : undefined;
}

async function dropSecondNode(layout: ClusterLayout, state: ClusterState): Promise<void> {
	const [, second] = layout.nodes;
	await removeNode(layout, second);
	await apiRequest(layout, "DELETE", `/api/v1/nodes/${second.name}`);
	const components = state.components.filter((record) => !record.name.endsWith(` of ${second.name}`));
	await writeState(layout, { ...state, nodes: [1], components });
}

async function fitNodes(layout: ClusterLayout, state: ClusterState, nodes: 1 | 2, progress: Progress): Promise<void> {
	if (nodes > state.nodes.length) await new Start(layout, state.programs, progress, state).secondNode();
	if (nodes < state.nodes.length) {
		await progress.step("removing the second node", () => dropSecondNode(layout, state));
	}
}

/** Brings a cluster up. One that is up and healthy is left as it is; what is left of a broken one is cleared first. */
export async function up(options: UpOptions = {}): Promise<void> {
	const { layout = clusterLayout(), progress = lineProgress() } = options;
	await withLock(`cluster-${layout.instance}`, progress, async () => {
		const running = await runningState(layout, progress);
		if (running !== undefined) {
			await fitNodes(layout, running, options.nodes ?? (running.nodes.length === 2 ? 2 : 1), progress);
			return;
		}
		const programs = await withLock("build", progress, () => ensurePrograms(progress));
		if (hasLeftovers(layout)) {
			await progress.step("clearing what an earlier cluster has left", () => removeCluster(layout));
		}
		const start = new Start(layout, programs, progress);
		await start.firstNode();
		if (options.nodes === 2) await start.secondNode();
	});
}

/** Takes a cluster down: nothing of it is left on the machine but the cache. */
export async function down(options: Omit<UpOptions, "nodes"> = {}): Promise<void> {
	const { layout = clusterLayout(), progress = lineProgress() } = options;
	await withLock(`cluster-${layout.instance}`, progress, async () => {
		if (!hasLeftovers(layout)) return;
		await progress.step(`taking the cluster "${layout.instance}" down`, () => removeCluster(layout));
	});
}

/** The health of a cluster; undefined when there is none. */
export async function status(layout: ClusterLayout = clusterLayout()): Promise<Finding[] | undefined> {
	const state = readState(layout);
	return state === undefined ? undefined : clusterHealth(layout, state);
}

function requireState(layout: ClusterLayout): ClusterState {
	const state = readState(layout);
	if (state?.phase === "up") return state;
	throw new Error(`no cluster "${layout.instance}" is up on this machine; \`npm run cluster -- up\` starts one`);
}

/**
 * Path of the admin's kubeconfig.
 *
 * @throws Error when the cluster is not up.
 */
export function kubeconfigPath(layout: ClusterLayout = clusterLayout()): string {
	requireState(layout);
	return layout.kubeconfig;
}

/** The nodes of a running cluster. */
export function nodes(layout: ClusterLayout = clusterLayout()): NodeLayout[] {
	const state = requireState(layout);
	return layout.nodes.filter((node) => state.nodes.includes(node.number));
}

/** Imports the images of an OCI archive into every node of a running cluster; quick when they are there. */
export async function importImage(archive: string, layout: ClusterLayout = clusterLayout()): Promise<void> {
	const { programs } = requireState(layout);
	await Promise.all(nodes(layout).map((node) => importInto(node, programs, archive)));
}
