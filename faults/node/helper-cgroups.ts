import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Cgroup, cgroupsOf } from "./cgroups.ts";

const podCgroup = /^(pod[0-9a-f-]{36}|.*-pod[0-9a-f_]{36}\.slice)$/;

/** How much of a cgroup's path is above that of the pod it is of; all of it when it is of none. */
export function lengthAbovePod(path: string): number {
	const segments = path.split("/");
	const pod = segments.findIndex((segment) => podCgroup.test(segment));
	return pod < 0 ? path.length : segments.slice(0, pod).join("/").length;
}

/**
 * Folders for a cgroup of this name beside that of the pod in which this process runs, so that what is in it outlives the pod; one
 * a hierarchy. None of them is made. Throws when the node's cgroups can't be seen.
 */
export async function cgroupFolders(name: string): Promise<string[]> {
	const own = await cgroupsOf(process.pid);
	return own.map((cgroup) => join(abovePod(cgroup), name));
}

/** The folder of the cgroup in which that of a process's pod is. Throws when no mount shows it. */
export function abovePod({ folder, path }: Pick<Cgroup, "folder" | "path">): string {
	const inPod = path.slice(lengthAbovePod(path));
	if (folder.endsWith(inPod)) return folder.slice(0, folder.length - inPod.length);
	throw new Error(
		`the daemon sees its own cgroup (${folder}) and not the one that its pod is in; it needs the node's /sys/fs/cgroup as a volume (hostPath)`,
	);
}

/** Makes cgroups and moves a process into them. Throws an Error. */
export function enterCgroups(folders: readonly string[], pid: number): void {
	for (const folder of folders) {
		mkdirSync(folder, { recursive: true });
		prepareCpuset(folder);
		writeFileSync(join(folder, "cgroup.procs"), String(pid));
	}
}

/** In version 1 a new cgroup has no processors and no memory, and nobody can enter it. */
function prepareCpuset(folder: string): void {
	for (const file of ["cpuset.cpus", "cpuset.mems"]) {
		try {
			if (readFileSync(join(folder, file), "utf8").trim() !== "") continue;
			writeFileSync(join(folder, file), readFileSync(join(folder, "..", file), "utf8"));
		} catch {
			// Not of this hierarchy.
		}
	}
}

/** Removes cgroups. This process, if it is in one of them, goes to the top of its hierarchy before; others keep it where it is. */
export function removeCgroups(folders: readonly string[]): void {
	for (const folder of folders) {
		try {
			const inside = readFileSync(join(folder, "cgroup.procs"), "utf8").split("\n");
			if (inside.includes(String(process.pid))) writeFileSync(join(topOf(folder), "cgroup.procs"), String(process.pid));
			rmdirSync(folder);
		} catch {
			// It is gone already, or somebody is in it.
		}
	}
}

/** The topmost cgroup above: in version 2 none between may have both processes and cgroups in it. */
function topOf(folder: string): string {
	const above = dirname(folder);
	return existsSync(join(above, "cgroup.procs")) ? topOf(above) : folder;
}
