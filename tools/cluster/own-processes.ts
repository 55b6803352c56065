import { existsSync } from "node:fs";
import { basename, sep } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { allPids, commandLine, executable, processId } from "../lib/procfs.ts";
import { cgroupPids } from "./cgroups.ts";

/** The part of a cluster that is to go: all of it, or one node. */
export interface Part {
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

/** Whether a path is a folder or lies below it. */
export const isBelow = (path: string, folder: string) => path === folder || path.startsWith(folder + sep);

// A component is known by its program and by a path of ours among its arguments, whatever the records say: they may be
// lost, and an id in them may belong to somebody else by now.
function isComponent(pid: number, part: Part): boolean {
	const program = executable(pid)?.replace(/ \(deleted\)$/, "");
	if (program === undefined || !programNames.has(basename(program))) return false;
	return commandLine(pid).some((arg) => part.folders.some((folder) => isBelow(arg.replace(/^-[^=]*=/, ""), folder)));
}

/** Ids of all processes of a part: its components and what runs in its cgroups. */
export function pidsOf(part: Part): number[] {
	const components = allPids().filter((pid) => isComponent(pid, part));
	return [...new Set([...components, ...cgroupPids(part.cgroup)])].filter((pid) => processId(pid) !== undefined);
}

const isShim = (pid: number) => basename(executable(pid) ?? "").startsWith("containerd-shim");

async function killWhile(find: () => number[]): Promise<number[]> {
	const killed = new Set<number>();
	for (let attempt = 0; ; attempt++) {
		const pids = find();
		if (pids.length === 0) return [...killed];
		if (attempt === 100) throw new Error(`processes ${pids.join(", ")} of the cluster do not end: see \`ps\` for why`);
		for (const pid of pids) {
			killed.add(pid);
			try {
				process.kill(pid, "SIGKILL");
			} catch {}
		}
		await sleep(50);
	}
}

/** Kills all processes of a part. The parents of its containers go last, so that they collect their children. */
export async function killAll(part: Part): Promise<void> {
	const killed = await killWhile(() => pidsOf(part).filter((pid) => !isShim(pid)));
	for (let wait = 0; wait < 20 && killed.some((pid) => existsSync(`/proc/${pid}`)); wait++) await sleep(50);
	await killWhile(() => pidsOf(part));
}
