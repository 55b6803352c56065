import { readdirSync, readFileSync, statSync } from "node:fs";
import type { NodeTarget } from "../../api/injector.ts";

/** A process as the node's process table shows it. */
export interface Process {
	pid: number;
	/** Text of `/proc/<pid>/cgroup`. */
	cgroup: string;
}

let snapshot: Process[] | undefined;

/** All processes of the node. One look serves everybody who asks in the same turn of the event loop: a batch asks many times. */
export function processes(): readonly Process[] {
	if (!snapshot) {
		snapshot = processesNow();
		setImmediate(() => {
			snapshot = undefined;
		});
	}
	return snapshot;
}

/** All processes of the node, looked at anew: for those who wait until there is none of a kind any more. */
export function processesNow(): Process[] {
	return readdirSync("/proc").flatMap((name) => {
		const cgroup = /^\d+$/.test(name) ? cgroupOf(Number(name)) : undefined;
		return cgroup === undefined ? [] : [{ pid: Number(name), cgroup }];
	});
}

/** Text of `/proc/<pid>/cgroup`; undefined when there is no such process. */
export function cgroupOf(pid: number): string | undefined {
	try {
		return readFileSync(`/proc/${pid}/cgroup`, "utf8");
	} catch {
		return undefined;
	}
}

/** Identity (`device:inode`) of the network namespace that a process lives in; undefined when it is gone or not to be seen. */
export function netnsOf(pid: number): string | undefined {
	try {
		const { dev, ino } = statSync(`/proc/${pid}/ns/net`);
		return `${dev}:${ino}`;
	} catch {
		return undefined;
	}
}

/** When a process started, in clock ticks since the node's start; Infinity when it is gone. */
export function startOf(pid: number): number {
	try {
		return startIn(readFileSync(`/proc/${pid}/stat`, "utf8"));
	} catch {
		return Number.POSITIVE_INFINITY;
	}
}

/** The start in the text of `/proc/<pid>/stat`. */
export function startIn(stat: string): number {
	// The second field is the program's name in brackets, which may hold anything; the start is the 22nd.
	return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]);
}

/**
 * Which of a pod's containers a process is in: `container` when its cgroup is that of a container of the target, `pod` when it
 * is the pod's otherwise (its sandbox, a container that we were not told of, the runtime's monitor), undefined when not the
 * pod's at all. Knows the paths of both of the kubelet's cgroup drivers, in any version of cgroups.
 */
export function membership(cgroup: string, target: NodeTarget): "container" | "pod" | undefined {
	const ids = target.containers.map((container) => container.id.replace(/^.*:\/\//, "")).filter((id) => id !== "");
	const underscored = target.podUid.replaceAll("-", "_");
	// Nearly all processes of a node are somebody else's, and this is asked of every one for every target.
	if (![target.podUid, underscored, ...ids].some((name) => cgroup.includes(name))) return undefined;
	const paths = cgroup.split("\n").map((line) => line.split(":").slice(2).join(":"));
	const segments = paths.flatMap((path) => path.split("/"));
	// CRI-O's conmon runs in a cgroup with the container's id, but on the host's network.
	const isContainer = (segment: string): boolean =>
		!segment.includes("conmon") && ids.some((id) => segment === id || segment.endsWith(`-${id}.scope`));
	if (segments.some(isContainer)) return "container";
	const slice = `pod${underscored}.slice`;
	const isPod = (segment: string): boolean =>
		segment === `pod${target.podUid}` || segment === slice || segment.endsWith(`-${slice}`);
	return segments.some(isPod) ? "pod" : undefined;
}
