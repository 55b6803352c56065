import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadNative } from "./native.ts";

/** A hierarchy of cgroups as it is mounted on the node. */
export interface Hierarchy {
	/** Folder under which the whole hierarchy is. */
	root: string;
	/** Its controllers (`name=...` for one without), empty for the unified one. */
	controllers: string[];
}

const newCgroup = 0x0200_0000;

/** The hierarchies by the text of `/proc/<pid>/mountinfo`; `root` is the path of that process's root. */
export function hierarchies(mountinfo: string, root: string): Hierarchy[] {
	return mountinfo.split("\n").flatMap((line) => {
		const [before = "", after = ""] = line.split(" - ");
		const [, , , rootInMount, mountPoint] = before.split(" ");
		const [type, , options = ""] = after.split(" ");
		// Only what is mounted from its top: a container's own view is a part.
		if (rootInMount !== "/" || !mountPoint || (type !== "cgroup" && type !== "cgroup2")) return [];
		const controllers = type === "cgroup2" ? [] : options.split(",").filter((option) => option !== "rw");
		return [{ root: join(root, mountPoint), controllers }];
	});
}

/** Folder of a cgroup, by a line of `/proc/<pid>/cgroup` as a process in the topmost cgroup namespace reads it. */
export function folderOf(
	line: string,
	known: readonly Hierarchy[],
): { hierarchy: Hierarchy; path: string } | undefined {
	const [, names = "", ...rest] = line.split(":");
	const wanted = names === "" ? [] : names.split(",");
	const hierarchy = known.find(({ controllers }) =>
		wanted.length === 0 ? controllers.length === 0 : wanted.every((name) => controllers.includes(name)),
	);
	return hierarchy && { hierarchy, path: rest.join(":") };
}

const podCgroup = /^(pod[0-9a-f-]{36}|.*-pod[0-9a-f_]{36}\.slice)$/;

/** Where something can be that is to outlive the pod of a process with this cgroup: beside the pod. */
export function besidePod(path: string): string {
	const segments = path.split("/");
	const pod = segments.findIndex((segment) => podCgroup.test(segment));
	return pod < 0 ? path : segments.slice(0, pod).join("/") || "/";
}

/** Folders for a cgroup of this name beside that of the pod in which this process runs, one a hierarchy. None of them is made. */
export async function cgroupFolders(name: string): Promise<string[]> {
	const known = nodesHierarchies();
	const lines = (await ownCgroups()).split("\n").filter((line) => line !== "");
	return lines.flatMap((line) => {
		const found = folderOf(line, known);
		return found ? [join(found.hierarchy.root, besidePod(found.path), name)] : [];
	});
}

// Process 1, and kthreadd where security rules hide process 1: both see the node as it is. In a container without hostPID there is
// only what it sees itself.
const witnesses = ["1", "2", "self"];

function nodesHierarchies(): Hierarchy[] {
	return firstOf((witness) => {
		const known = hierarchies(readFileSync(`/proc/${witness}/mountinfo`, "utf8"), `/proc/${witness}/root`);
		return known.length > 0 && existsSync(known[0]?.root ?? "") ? known : undefined;
	});
}

/** Text of this process's `/proc/<pid>/cgroup`, as the node reads it: a container may see its own part only. */
async function ownCgroups(): Promise<string> {
	const { syscall } = await loadNative();
	const home = openSync("/proc/thread-self/ns/cgroup", "r");
	try {
		return firstOf((witness) => {
			const nodes = openSync(`/proc/${witness}/ns/cgroup`, "r");
			try {
				syscall("setns", nodes, newCgroup);
				return readFileSync(`/proc/${process.pid}/cgroup`, "utf8");
			} finally {
				syscall("setns", home, newCgroup);
				closeSync(nodes);
			}
		});
	} finally {
		closeSync(home);
	}
}

/** What the first witness says that can be asked. Throws what the last one throws. */
function firstOf<T>(ask: (witness: string) => T | undefined): T {
	let problem: unknown = new Error("no cgroups are mounted on this node");
	for (const witness of witnesses) {
		try {
			const said = ask(witness);
			if (said !== undefined) return said;
		} catch (error) {
			problem = error;
		}
	}
	throw problem;
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

function topOf(folder: string): string {
	const tops = nodesHierarchies()
		.map(({ root }) => root)
		.filter((root) => folder.startsWith(`${root}/`));
	return tops.reduce((longest, root) => (root.length > longest.length ? root : longest), "/");
}
