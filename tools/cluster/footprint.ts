import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { allPids, cgroupsOf, commandLine, mountPoints, processId, rootMount } from "../lib/procfs.ts";
import { run } from "../lib/run.ts";
import { onPath } from "../lib/search-path.ts";
import { cgroupFolders } from "./cgroups.ts";
import type { ClusterLayout } from "./layout.ts";
import { cgroupRoot, runRoot, stateRoot } from "./layout.ts";
import { machineSettings } from "./sysctls.ts";

/** What can be seen on a machine, by kind: the lines before a cluster and after it must be the same. */
export type Footprint = Readonly<Record<string, readonly string[]>>;

// Wherever a container's process has gone, its root still lies in the runtime's folder.
function processes(): string[] {
	return allPids().flatMap((pid) => {
		// Of a process that has ended only its exit code is left, until the machine's first process asks for it.
		if (processId(pid) === undefined) return [];
		const traces = [commandLine(pid).join(" "), ...cgroupsOf(pid), rootMount(pid)];
		const own = traces.some((trace) => [stateRoot, runRoot, cgroupRoot].some((root) => trace.includes(root)));
		return own ? [traces.join(" ")] : [];
	});
}

function listing(folder: string): string[] {
	if (!existsSync(folder)) return [];
	const entries = readdirSync(folder, { withFileTypes: true });
	return [folder, ...entries.map((entry) => withTarget(join(folder, entry.name), entry.isSymbolicLink()))];
}

// Where a link points tells whose it is.
function withTarget(path: string, isLink: boolean): string {
	return isLink ? `${path} -> ${readlinkSync(path)}` : path;
}

// Sockets that listen in the host's own network namespace. Ports that the kernel hands out belong to whoever asked last.
function listeners(): string[] {
	const firstHandedOut = Number(readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").split("\t")[0]);
	return ["tcp", "tcp6", "udp", "udp6"].flatMap((kind) =>
		readFileSync(join("/proc/net", kind), "utf8")
			.split("\n")
			.map((line) => line.trim().split(/\s+/))
			.filter(([, , remote, state]) => /^0+:0000$/.test(remote ?? "") && (state === "0A" || kind.startsWith("udp")))
			.map(([, local = ""]) => ({ local, port: Number.parseInt(local.split(":")[1] ?? "", 16) }))
			.filter(({ port }) => port < firstHandedOut)
			.map(({ local, port }) => `${kind} ${local} (port ${port})`),
	);
}

async function rules(): Promise<Record<string, string[]>> {
	const commands: Record<string, string[]> = {
		"nft rules": ["nft", "--stateless", "list", "ruleset"],
		"iptables rules": ["iptables-save"],
		"ip6tables rules": ["ip6tables-save"],
	};
	const found: Record<string, string[]> = {};
	for (const [kind, [program = "", ...args]] of Object.entries(commands)) {
		if (onPath(program) === undefined) continue;
		// Comments hold the time of day.
		found[kind] = (await run(program, args)).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
	}
	return found;
}

async function ipLines(...args: string[]): Promise<string[]> {
	return (await run("ip", ["-oneline", ...args])).split("\n").filter(Boolean);
}

// Counters and remaining lifetimes change by themselves.
const steady = (line: string) => line.replace(/(valid_lft|preferred_lft|expires) \S+/g, "");

function settings(): string[] {
	const forwarding = ["net/ipv4/ip_forward", "net/ipv6/conf/all/forwarding", "net/ipv6/conf/default/forwarding"];
	return [...machineSettings, ...forwarding].map((name) => {
		return `${name} = ${readFileSync(join("/proc/sys", name), "utf8").trim()}`;
	});
}

// Those of the cluster's, and those in which its programs put something whatever they are told.
const folders = [
	...[stateRoot, runRoot, "/run/containerd", "/var/lib/cni", "/var/lib/cni/results", "/var/lib/kubelet"],
	...["/var/lib/kubelet/device-plugins", "/var/log/containers", "/var/log/pods", "/etc/cni/net.d", "/opt/cni"],
];

/**
 * Looks at everything that a cluster may leave on a machine: processes, mounts, namespaces, interfaces, addresses,
 * routes, rules, firewall, cgroups, listening ports, settings of the kernel, files outside the cache.
 *
 * @param except Clusters that run beside the one in question; what names one of them is left out.
 */
export async function footprint(except: readonly ClusterLayout[] = []): Promise<Footprint> {
	const others = except.flatMap(({ state, run: folder, cgroup, hostInterface }) => [
		state,
		folder,
		`${cgroup}/`,
		hostInterface,
	]);
	const found: Record<string, string[]> = {
		processes: processes(),
		mounts: mountPoints(),
		"network namespaces": listing("/run/netns"),
		interfaces: await ipLines("link", "show"),
		addresses: await ipLines("address", "show"),
		routes: [
			...(await ipLines("-4", "route", "show", "table", "all")),
			...(await ipLines("-6", "route", "show", "table", "all")),
		],
		"routing rules": [...(await ipLines("-4", "rule", "show")), ...(await ipLines("-6", "rule", "show"))],
		...(await rules()),
		cgroups: cgroupFolders("/"),
		listeners: listeners(),
		settings: settings(),
		files: folders.flatMap(listing),
	};
	const tidy = (lines: string[]) =>
		lines
			.map(steady)
			.filter((line) => !others.some((other) => line.includes(other)))
			.sort();
	return Object.fromEntries(Object.entries(found).map(([kind, lines]) => [kind, tidy(lines)]));
}

/**
 * What is there after and was not before, and the reverse: nothing when a cluster has left no trace. Cgroups that are gone don't count:
 * they were those of other programs, which come and go, and a cluster takes away none but its own.
 */
export function footprintChanges(before: Footprint, after: Footprint): string[] {
	const kinds = [...new Set([...Object.keys(before), ...Object.keys(after)])];
	return kinds.flatMap((kind) => {
		const [was, is] = [before[kind] ?? [], after[kind] ?? []];
		return [
			...is.filter((line) => !was.includes(line)).map((line) => `new in ${kind}: ${line}`),
			...was.filter((line) => kind !== "cgroups" && !is.includes(line)).map((line) => `gone from ${kind}: ${line}`),
		];
	});
}
