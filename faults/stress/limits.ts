import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { NodeTarget } from "../../api/injector.ts";
import { type Cgroup, withController } from "../node/cgroups.ts";
import { membership } from "../node/processes.ts";

/** How much memory there is for a container, in bytes, and what says so. */
export interface MemoryTotal {
	bytes: number;
	/** `limit`: that of the container or its pod; `node`: it has none. */
	of: "limit" | "node";
	/** What of it is not in use, or is in use for what the kernel lets go of at once. */
	free: number;
}

/** The memory that a container may use. */
export function memoryTotal(cgroups: readonly Cgroup[], target: NodeTarget): MemoryTotal {
	const node = meminfo();
	const limits = levelsOf(withController(cgroups, "memory"), target).flatMap(({ unified, folder }) => {
		const limit = numberIn(folder, unified ? "memory.max" : "memory.limit_in_bytes");
		if (limit === undefined || limit >= node.total) return [];
		const used = numberIn(folder, unified ? "memory.current" : "memory.usage_in_bytes") ?? 0;
		const reclaimable = entryIn(folder, "memory.stat", unified ? "inactive_file" : "total_inactive_file") ?? 0;
		return [{ bytes: limit, free: limit - used + reclaimable }];
	});
	if (limits.length === 0) return { bytes: node.total, of: "node", free: node.available };
	return {
		bytes: Math.min(...limits.map(({ bytes }) => bytes)),
		of: "limit",
		free: Math.max(0, Math.min(node.available, ...limits.map(({ free }) => free))),
	};
}

/** Processors that a container may use at most, such as 0.5; undefined: no quota says so. */
export function processorQuota(cgroups: readonly Cgroup[], target: NodeTarget): number | undefined {
	const quotas = levelsOf(withController(cgroups, "cpu"), target).flatMap(({ unified, folder }) => {
		const text = unified
			? textIn(folder, "cpu.max")
			: `${textIn(folder, "cpu.cfs_quota_us")} ${textIn(folder, "cpu.cfs_period_us")}`;
		const [quota, period] = text.split(" ").map(Number);
		return quota !== undefined && period !== undefined && quota > 0 && period > 0 ? [quota / period] : [];
	});
	return quotas.length > 0 ? Math.min(...quotas) : undefined;
}

/** How many processes of the container the kernel has ended for want of memory so far. */
export function oomKills(cgroups: readonly Cgroup[]): number {
	const cgroup = withController(cgroups, "memory");
	return (cgroup && entryIn(cgroup.folder, cgroup.unified ? "memory.events" : "memory.oom_control", "oom_kill")) ?? 0;
}

/** The cgroup of a process and those above it that are the container's or the pod's own. */
function levelsOf(leaf: Cgroup | undefined, target: NodeTarget): Pick<Cgroup, "unified" | "folder">[] {
	if (!leaf) return [];
	const levels: Pick<Cgroup, "unified" | "folder">[] = [];
	let { path, folder } = leaf;
	do {
		levels.push({ unified: leaf.unified, folder });
		path = dirname(path);
		folder = dirname(folder);
	} while (membership(`0::${path}`, target) !== undefined);
	return levels;
}

function meminfo(): { total: number; available: number } {
	const text = readFileSync("/proc/meminfo", "utf8");
	const kibibytes = (name: string): number => Number(new RegExp(`^${name}: +(\\d+) kB$`, "m").exec(text)?.[1] ?? 0);
	return { total: kibibytes("MemTotal") * 1024, available: kibibytes("MemAvailable") * 1024 };
}

/** A number that a file holds; undefined when it holds another text (`max`), or does not exist. */
function numberIn(folder: string, name: string): number | undefined {
	const text = textIn(folder, name);
	return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** A number behind its name in a file of such lines. */
function entryIn(folder: string, name: string, entry: string): number | undefined {
	const line = textIn(folder, name)
		.split("\n")
		.find((each) => each.startsWith(`${entry} `));
	return line === undefined ? undefined : Number(line.slice(entry.length + 1));
}

function textIn(folder: string, name: string): string {
	try {
		return readFileSync(join(folder, name), "utf8").trim();
	} catch {
		return "";
	}
}
