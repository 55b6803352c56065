import { accessSync } from "node:fs";
import { join } from "node:path";
import { command } from "./command.ts";
import { mountsIn } from "./mounts.ts";

/** Where a process is in one hierarchy of cgroups. */
export interface Cgroup {
	/** Version 2: one hierarchy for all controllers. */
	unified: boolean;
	/** Controllers of a hierarchy of version 1, such as `memory`; what has none there may be in the unified one. */
	controllers: string[];
	/** Path in the hierarchy. */
	path: string;
	/** The folder that shows it, in a mount that can be written. */
	folder: string;
}

/**
 * The cgroups of a process, as the node itself sees them: from within a cgroup namespace of the daemon's own, paths would lead
 * nowhere. Throws when the process is gone, or when a mount of the node's cgroups is missing.
 */
export async function cgroupsOf(pid: number): Promise<Cgroup[]> {
	const text = await command("nsenter", [
		hostCgroupNamespace(),
		"--",
		"cat",
		`/proc/${pid}/cgroup`,
		"/proc/self/mountinfo",
	]);
	const found = cgroupsIn(text);
	const unified = found.find((cgroup) => cgroup.unified);
	const missing = ["memory", "cpu"].filter((name) => !found.some((each) => each.controllers.includes(name)));
	if (found.length === 0 || (missing.length > 0 && !unified)) {
		throw new Error(
			"the daemon finds no mount of the node's cgroups that it can write; it needs the node's /sys/fs/cgroup as a volume (hostPath)",
		);
	}
	return found;
}

/** The option of nsenter that lets a command see cgroups as the node does. Process 1 may be hidden; kthreadd is not then. */
export function hostCgroupNamespace(): string {
	const path = ["/proc/1/ns/cgroup", "/proc/2/ns/cgroup"].find(isReadable);
	if (path === undefined) {
		throw new Error(
			"the node's cgroup namespace can't be read from /proc/1/ns/cgroup; the daemon needs hostPID and the capability SYS_PTRACE",
		);
	}
	return `--cgroup=${path}`;
}

function isReadable(path: string): boolean {
	try {
		accessSync(path);
		return true;
	} catch {
		return false;
	}
}

/**
 * The cgroups that the texts of `/proc/<pid>/cgroup` and `mountinfo`, one after the other, tell of: those that lie in a mount
 * that can be written.
 */
export function cgroupsIn(text: string): Cgroup[] {
	const mounts = mountsIn(text).filter(({ options }) => !options.includes("ro"));
	return text.split("\n").flatMap((line) => {
		const [, id, names = "", path = ""] = /^(\d+):([^:/ ]*):(\/.*)$/.exec(line) ?? [];
		if (id === undefined) return [];
		const unified = names === "" && id === "0";
		const controllers = names === "" ? [] : names.split(",");
		// A container may have mounts of its own cgroup too, in which nothing above it can be seen.
		const [shown] = mounts
			.filter(
				({ type, root, superOptions }) =>
					isWithin(path, root) &&
					(unified
						? type === "cgroup2"
						: type === "cgroup" && controllers.every((name) => superOptions.includes(name))),
			)
			.sort((one, other) => one.root.length - other.root.length);
		if (!shown) return [];
		const folder = join(shown.point, path.slice(shown.root === "/" ? 0 : shown.root.length));
		return [{ unified, controllers, path, folder }];
	});
}

function isWithin(path: string, root: string): boolean {
	return root === "/" || path === root || path.startsWith(`${root}/`);
}

/** The one that holds a controller: its hierarchy of version 1, else the unified one. */
export function withController(cgroups: readonly Cgroup[], name: string): Cgroup | undefined {
	return cgroups.find(({ controllers }) => controllers.includes(name)) ?? cgroups.find(({ unified }) => unified);
}
