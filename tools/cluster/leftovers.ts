import { existsSync, readdirSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { mountPoints } from "../lib/procfs.ts";
import { run } from "../lib/run.ts";
import { cgroupFolders, removeCgroup } from "./cgroups.ts";
import { cniName } from "./containerd.ts";
import { type ClusterLayout, cgroupRoot, type NodeLayout, runRoot, stateRoot } from "./layout.ts";
import { removeHostNetwork, removeNodeNetwork } from "./network.ts";
import { isBelow, killAll, type Part, pidsOf } from "./own-processes.ts";
import { removeIfEmpty, removeSharedFiles, removeStrayFiles } from "./stray-files.ts";
import { restoreSysctls } from "./sysctls.ts";

async function unmountAll(part: Part): Promise<void> {
	for (let attempt = 0; ; attempt++) {
		const mounts = mountPoints().filter((path) => part.folders.some((folder) => isBelow(path, folder)));
		if (mounts.length === 0) return;
		// The latest first: it may lie inside an earlier one. What is still held for a moment is detached at last.
		const lazy = attempt > 10 ? ["--lazy"] : [];
		await run("umount", [...lazy, ...mounts.reverse()]).catch((error) => {
			if (attempt > 20) throw error;
			return sleep(100);
		});
	}
}

async function stopPart(part: Part, cniPrefix: string, network: () => Promise<void>): Promise<void> {
	await killAll(part);
	await network();
	await unmountAll(part);
	await removeCgroup(part.cgroup);
	removeStrayFiles(part, cniPrefix);
}

async function removePart(part: Part, cniPrefix: string, network: () => Promise<void>): Promise<void> {
	await stopPart(part, cniPrefix, network);
	for (const folder of part.folders) rmSync(folder, { recursive: true, force: true });
}

/** Whether anything of the cluster is on this machine, running or not. */
export function hasLeftovers(layout: ClusterLayout): boolean {
	const part = { folders: [layout.state, layout.run], cgroup: layout.cgroup };
	return (
		part.folders.some(existsSync) ||
		existsSync(`/sys/class/net/${layout.hostInterface}`) ||
		cgroupFolders(part.cgroup).length > 0 ||
		pidsOf(part).length > 0
	);
}

/** Removes all that a cluster has put on this machine, in whatever state it is. A second call finds nothing to do. */
export async function removeCluster(layout: ClusterLayout): Promise<void> {
	const part = { folders: [layout.run, layout.state], cgroup: layout.cgroup };
	await removePart(part, cniName(layout), () => removeHostNetwork(layout));
	const others =
		existsSync(stateRoot) && readdirSync(stateRoot, { withFileTypes: true }).some((each) => each.isDirectory());
	if (!others) {
		restoreSysctls();
		removeSharedFiles();
		await removeCgroup(cgroupRoot);
	}
	removeIfEmpty(stateRoot);
	removeIfEmpty(runRoot);
}

/** Removes one node in the same way; the rest of the cluster runs on. */
export async function removeNode(layout: ClusterLayout, node: NodeLayout): Promise<void> {
	const part = { folders: [node.run, node.state], cgroup: node.cgroup };
	await removePart(part, `${cniName(layout)}${node.number}`, () => removeNodeNetwork(layout, node));
}

/** Does to one node what the loss of power does: nothing of it is left but what is on its disk. */
export async function crashNode(layout: ClusterLayout, node: NodeLayout): Promise<void> {
	const part = { folders: [node.run, node.state], cgroup: node.cgroup };
	await stopPart(part, `${cniName(layout)}${node.number}`, () => removeNodeNetwork(layout, node));
	rmSync(node.run, { recursive: true, force: true });
}
