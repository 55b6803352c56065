import { existsSync, readdirSync, readlinkSync, rmdirSync, rmSync } from "node:fs";
import { basename, join, sep } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cgroupFolders, cgroupPids, removeCgroup } from "./cgroups.ts";
import { cniName } from "./containerd.ts";
import { type ClusterLayout, cgroupRoot, type NodeLayout, runRoot, stateRoot } from "./layout.ts";
import { removeNetwork, removeNodeNetwork } from "./network.ts";
import { allPids, commandLine, executable, mountPoints, processId } from "./procfs.ts";
import { run } from "./run.ts";
import { restoreSysctls } from "./sysctls.ts";

/** The part of a cluster that is to go: all of it, or one node. */
interface Part {
	readonly folders: readonly string[];
	readonly cgroup: string;
}

const programNames = new Set([
	"containerd",
	"containerd-shim-runc-v2",
	"etcd",
	"kube-apiserver",
	"kube-controller-manager",
	"kube-proxy",
	"kube-scheduler",
	"kubelet",
	"runc",
]);

const isBelow = (path: string, folder: string) => path === folder || path.startsWith(folder + sep);

// A component is known by its program and by a path of ours among its arguments, whatever the records say: they may be
// lost, and an id in them may belong to somebody else by now.
function isComponent(pid: number, part: Part): boolean {
	const program = executable(pid)?.replace(/ \(deleted\)$/, "");
	if (program === undefined || !programNames.has(basename(program))) return false;
	return commandLine(pid).some((arg) => part.folders.some((folder) => isBelow(arg.replace(/^-[^=]*=/, ""), folder)));
}

function pidsOf(part: Part): number[] {
	const components = allPids().filter((pid) => isComponent(pid, part));
	return [...new Set([...components, ...cgroupPids(part.cgroup)])].filter((pid) => processId(pid) !== undefined);
}

async function killAll(part: Part): Promise<void> {
	for (let attempt = 0; ; attempt++) {
		const pids = pidsOf(part);
		if (pids.length === 0) return;
		if (attempt === 100) throw new Error(`processes ${pids.join(", ")} of the cluster do not end: see \`ps\` for why`);
		for (const pid of pids) {
			try {
				process.kill(pid, "SIGKILL");
			} catch {}
		}
		await sleep(100);
	}
}

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

function removeIfEmpty(folder: string): void {
	try {
		rmdirSync(folder);
	} catch {}
}

// Folders of the machine in which the kubelet and the CNI library put files, wherever their own are.
function removeStrayFiles(part: Part, cniPrefix: string): void {
	const results = "/var/lib/cni/results";
	if (existsSync(results)) {
		for (const name of readdirSync(results)) if (name.startsWith(cniPrefix)) rmSync(join(results, name));
		removeIfEmpty(results);
		removeIfEmpty("/var/lib/cni");
	}
	const logs = "/var/log/containers";
	if (existsSync(logs)) {
		for (const name of readdirSync(logs)) {
			const target = readlinkSync(join(logs, name));
			if (part.folders.some((folder) => isBelow(target, folder))) rmSync(join(logs, name));
		}
		removeIfEmpty(logs);
	}
}

async function removePart(part: Part, cniPrefix: string, network: () => Promise<void>): Promise<void> {
	await killAll(part);
	await unmountAll(part);
	await network();
	await removeCgroup(part.cgroup);
	removeStrayFiles(part, cniPrefix);
	for (const folder of part.folders) rmSync(folder, { recursive: true, force: true });
}

/** Whether anything of the cluster is on this machine, running or not. */
export function hasLeftovers(layout: ClusterLayout): boolean {
	const part = { folders: [layout.state, layout.run], cgroup: layout.cgroup };
	return (
		part.folders.some(existsSync) ||
		existsSync(`/sys/class/net/${layout.hostInterface}`) ||
		[layout.switchNetns, ...layout.nodes.map((node) => node.netns)].some((name) => existsSync(`/run/netns/${name}`)) ||
		cgroupFolders(part.cgroup).length > 0 ||
		pidsOf(part).length > 0
	);
}

/** Removes all that a cluster has put on this machine, in whatever state it is. A second call finds nothing to do. */
export async function removeCluster(layout: ClusterLayout): Promise<void> {
	const part = { folders: [layout.run, layout.state], cgroup: layout.cgroup };
	await removePart(part, cniName(layout), () => removeNetwork(layout));
	restoreSysctls();
	const lastOne = cgroupFolders(cgroupRoot).every((folder) => folder.endsWith(cgroupRoot));
	if (lastOne) await removeCgroup(cgroupRoot);
	removeIfEmpty(stateRoot);
	removeIfEmpty(runRoot);
}

/** Removes one node in the same way; the rest of the cluster runs on. */
export async function removeNode(layout: ClusterLayout, node: NodeLayout): Promise<void> {
	const part = { folders: [node.run, node.state], cgroup: node.cgroup };
	await removePart(part, `${cniName(layout)}${node.number}`, () => removeNodeNetwork(layout, node));
}
