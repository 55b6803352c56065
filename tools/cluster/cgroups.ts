import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

interface Hierarchy {
	readonly path: string;
	readonly controllers: readonly string[];
	readonly unified: boolean;
}

/** The cgroup hierarchies of this machine: one (version 2), one a controller (version 1), or both. */
function hierarchies(): Hierarchy[] {
	return readFileSync("/proc/mounts", "utf8")
		.split("\n")
		.map((line) => line.split(" "))
		.filter(([, , type]) => type === "cgroup" || type === "cgroup2")
		.map(([, path = "", type, options = ""]) => ({
			path,
			controllers: options.split(","),
			unified: type === "cgroup2",
		}));
}

function write(file: string, text: string): void {
	writeFileSync(file, text);
}

function read(file: string): string {
	try {
		return readFileSync(file, "utf8").trim();
	} catch {
		return "";
	}
}

function prepare(hierarchy: Hierarchy, folder: string): void {
	const parent = dirname(folder);
	if (hierarchy.unified) {
		const wanted = read(join(parent, "cgroup.controllers")).split(" ").filter(Boolean);
		// Controllers that can't be handed down (a parent with processes of its own) are reported by the kubelet.
		for (const controller of wanted) {
			try {
				write(join(parent, "cgroup.subtree_control"), `+${controller}`);
			} catch {}
		}
	} else if (hierarchy.controllers.includes("cpuset")) {
		// A new cpuset is empty and accepts no process.
		for (const name of ["cpuset.cpus", "cpuset.mems"]) {
			if (read(join(folder, name)) === "") write(join(folder, name), read(join(parent, name)));
		}
	}
}

/** Makes a cgroup and those above it in every hierarchy, with the controllers that a kubelet needs. */
export function makeCgroup(path: string): void {
	for (const hierarchy of hierarchies()) {
		let folder = hierarchy.path;
		for (const name of path.split("/").filter(Boolean)) {
			folder = join(folder, name);
			if (!existsSync(folder)) mkdirSync(folder);
			prepare(hierarchy, folder);
		}
	}
}

/** Puts a process into a cgroup. Where each controller has a hierarchy, only into the one that counts processes. */
export function joinCgroup(path: string, pid: number): void {
	const all = hierarchies();
	const marker = all.find((each) => each.controllers.includes("pids")) ?? all.find((each) => each.unified);
	if (marker !== undefined) write(join(marker.path, path, "cgroup.procs"), String(pid));
}

function below(folder: string): string[] {
	if (!existsSync(folder)) return [];
	const children = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
	return [...children.flatMap((child) => below(join(folder, child.name))), folder];
}

/** The folders of a cgroup and all below it in every hierarchy, the deepest first. */
export function cgroupFolders(path: string): string[] {
	return hierarchies().flatMap((hierarchy) => below(join(hierarchy.path, path)));
}

/** Ids of the processes in a cgroup and all below it. */
export function cgroupPids(path: string): number[] {
	const ids = cgroupFolders(path).flatMap((folder) => read(join(folder, "cgroup.procs")).split("\n"));
	return [...new Set(ids.filter(Boolean).map(Number))];
}

/** Removes a cgroup and all below it; waits a little for processes that are on their way out. */
export async function removeCgroup(path: string): Promise<void> {
	for (let attempt = 0; ; attempt++) {
		for (const folder of cgroupFolders(path)) {
			try {
				rmdirSync(folder);
			} catch {}
		}
		const left = cgroupFolders(path);
		if (left.length === 0) return;
		if (attempt === 50) throw new Error(`cgroup ${left[0]} can't be removed: a process is still in it`);
		await sleep(100);
	}
}
