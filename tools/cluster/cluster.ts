import { withLock } from "../lib/lock.ts";
import { lineProgress, type Progress } from "../lib/progress.ts";
import { deleteObject } from "./api.ts";
import { machineFacts, processFacts } from "./facts.ts";
import { clusterHealth, type Finding } from "./health.ts";
import { importInto } from "./images.ts";
import { type ClusterLayout, cidrs, type NodeLayout, sharedLayout } from "./layout.ts";
import { hasLeftovers, removeCluster, removeNode } from "./leftovers.ts";
import { ownClusterVersion, ownKubeconfig, ownKubeconfigVariable } from "./own-cluster.ts";
import { machineProblems, processProblems } from "./preflight.ts";
import { ensurePrograms } from "./programs.ts";
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

async function dropSecondNode(layout: ClusterLayout, state: ClusterState): Promise<ClusterState> {
	const [, second] = layout.nodes;
	// Written first: interrupted from here on, it is a half node, which the next call removes.
	await writeState(layout, { ...state, nodes: [1] });
	await removeNode(layout, second);
	await deleteObject(layout, `/api/v1/nodes/${second.name}`);
	const left = { ...state, nodes: [1] as const, components: state.components.filter((each) => each.node !== 2) };
	await writeState(layout, left);
	return left;
}

async function fitNodes(layout: ClusterLayout, running: ClusterState, wanted: 1 | 2 | undefined, progress: Progress) {
	let state = running;
	const whole = state.nodes.includes(2);
	const half = !whole && state.components.some((each) => each.node === 2);
	if (half || (whole && wanted === 1)) {
		state = await progress.step("removing the second node", () => dropSecondNode(layout, state));
	}
	if (!whole && wanted === 2) await new Start(layout, state.programs, progress, state).secondNode();
}

function assertNone(problems: readonly string[]): void {
	if (problems.length === 0) return;
	throw new Error(["no cluster can be run here:", ...problems.map((each) => `- ${each}`)].join("\n"));
}

async function upHere(options: UpOptions, layout: ClusterLayout, progress: Progress): Promise<void> {
	const running = await runningState(layout, progress);
	if (running !== undefined) {
		await fitNodes(layout, running, options.nodes, progress);
		return;
	}
	assertNone(machineProblems(await machineFacts(layout), cidrs(layout)));
	const programs = await withLock("build", progress, () => ensurePrograms(progress));
	if (hasLeftovers(layout)) {
		await progress.step("clearing what an earlier cluster has left", () => removeCluster(layout));
	}
	const start = new Start(layout, programs, progress);
	await start.firstNode();
	if (options.nodes === 2) await start.secondNode();
}

/**
 * Brings a cluster up. One that is up and healthy is left as it is; what is left of a broken one is cleared first. When
 * the user has named a cluster of their own, it must answer, and nothing is started.
 *
 * @throws Error with everything that stands in the way, or with the end of the log of what did not start.
 */
export async function up(options: UpOptions = {}): Promise<void> {
	const { layout = sharedLayout(), progress = lineProgress() } = options;
	const own = ownKubeconfig();
	if (own !== undefined) {
		progress.note(`your own cluster answers, with version ${await ownClusterVersion(own)}; nothing is started`);
		return;
	}
	assertNone(processProblems(processFacts()));
	await withLock(`cluster-${layout.instance}`, progress, () => upHere(options, layout, progress));
}

/**
 * Takes a cluster down: nothing of it is left on the machine but the cache.
 *
 * @throws Error when the user has named a cluster of their own.
 */
export async function down(options: Omit<UpOptions, "nodes"> = {}): Promise<void> {
	const { layout = sharedLayout(), progress = lineProgress() } = options;
	const own = ownKubeconfig();
	if (own !== undefined) {
		throw new Error(
			`${own} names your own cluster, which is not taken down; unset ${ownKubeconfigVariable} to take down ours`,
		);
	}
	assertNone(processProblems(processFacts()));
	await withLock(`cluster-${layout.instance}`, progress, async () => {
		if (!hasLeftovers(layout)) return;
		await progress.step(`taking the cluster "${layout.instance}" down`, () => removeCluster(layout));
	});
}

/** The health of a cluster, or of the user's own where they have named one; undefined when there is none. */
export async function status(layout: ClusterLayout = sharedLayout()): Promise<Finding[] | undefined> {
	const own = ownKubeconfig();
	if (own !== undefined) return [await ownClusterFinding(own)];
	const state = readState(layout);
	return state === undefined ? undefined : clusterHealth(layout, state);
}

async function ownClusterFinding(path: string): Promise<Finding> {
	const what = `your own cluster answers (${path})`;
	return ownClusterVersion(path).then(
		() => ({ what, healthy: true, detail: "" }),
		(error: Error) => ({ what, healthy: false, detail: error.message }),
	);
}

function requireState(layout: ClusterLayout): ClusterState {
	assertNone(processProblems(processFacts()));
	const state = readState(layout);
	if (state?.phase === "up") return state;
	throw new Error(`no cluster "${layout.instance}" is up on this machine; \`npm run cluster -- up\` starts one`);
}

/**
 * Path of the kubeconfig: that of the user's own cluster where they have named one, else that of our cluster's admin.
 *
 * @throws Error when no cluster is up.
 */
export function kubeconfigPath(layout: ClusterLayout = sharedLayout()): string {
	const own = ownKubeconfig();
	if (own !== undefined) return own;
	requireState(layout);
	return layout.kubeconfig;
}

function requireOurs(layout: ClusterLayout, what: string): ClusterState {
	const own = ownKubeconfig();
	if (own === undefined) return requireState(layout);
	throw new Error(`${own} names your own cluster, where ${what}`);
}

/**
 * The nodes of a running cluster.
 *
 * @throws Error when no cluster is up, or the user has named one of their own: its nodes are out of reach.
 */
export function nodes(layout: ClusterLayout = sharedLayout()): NodeLayout[] {
	const state = requireOurs(layout, "nodes are not ours to work on; unset PULUMI_CHAOS_KUBECONFIG to use our cluster");
	return layout.nodes.filter((node) => state.nodes.includes(node.number));
}

/**
 * Imports the images of an OCI archive into every node of a running cluster; quick when they are there.
 *
 * @throws Error when no cluster is up, or the user has named one of their own.
 */
export async function importImage(archive: string, layout: ClusterLayout = sharedLayout()): Promise<void> {
	const { programs } = requireOurs(layout, "images come from a registry: push them to it");
	await Promise.all(nodes(layout).map((node) => importInto(node, programs, archive)));
}
