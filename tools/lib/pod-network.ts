import { execFileSync } from "node:child_process";
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { allPids } from "./procfs.ts";

/** Runs a program in one network namespace and returns what it prints. @throws Error with what it said if it fails */
type Run = (program: string, ...args: string[]) => string;

/** {@link Run} for the namespace that this file stands for. */
function runIn(namespace: string): Run {
	return (program, ...args) =>
		// nft warns of tables that are iptables'.
		execFileSync("nsenter", [`--net=${namespace}`, program, ...args], {
			encoding: "utf8",
			stdio: ["ignore", "pipe", "pipe"],
		});
}

/**
 * The processes of a pod that run on this machine, found by the uid of the pod in their cgroups. This is the look from outside
 * that the demo and the tests take at a pod; it shares nothing with what the daemon does.
 */
function processesOf(podUid: string): number[] {
	const spellings = [`pod${podUid}`, `pod${podUid.replaceAll("-", "_")}`];
	return allPids().filter((candidate) => {
		try {
			const cgroups = readFileSync(`/proc/${candidate}/cgroup`, "utf8");
			return spellings.some((spelling) => cgroups.includes(spelling));
		} catch {
			return false;
		}
	});
}

/** What nft prints in a pod's network namespace. @throws Error if no process of the pod runs on this machine */
function nft(podUid: string, ...args: string[]): string {
	const [printed] = lookIntoNetworks(processesOf(podUid), (run) => [run("nft", ...args)]);
	if (printed === undefined) throw new Error(`no process of pod ${podUid} runs on this machine`);
	return printed;
}

/** All packet filter rules in a pod's network namespace, as `nft list ruleset` prints them. */
export function podRules(podUid: string): string {
	return nft(podUid, "list", "ruleset");
}

/** The tables of faults in a pod's network namespace, each with its rules as nft prints them. */
export function tablesOf(podUid: string): string[] {
	return podRules(podUid)
		.split(/^(?=table )/m)
		.filter((table) => table.includes("pulumi_chaos_"));
}

/** What a fault that shapes packets has put into a pod's network namespace besides its tables: devices and qdiscs, a line each. */
export function shapersOf(podUid: string): string[] {
	return lookIntoNetworks(processesOf(podUid), (run) => [run("ip", "-o", "link", "show"), run("tc", "qdisc", "show")])
		.flatMap((listing) => listing.split("\n"))
		.filter((line) => line.includes("pchaos-") || line.includes("clsact"));
}

/** Lines of the kernel on the queues for packets of a pod that some process serves. */
export function servedQueues(podUid: string): string[] {
	return lookIntoNetworks(processesOf(podUid), (run) => [run("cat", "/proc/self/net/netfilter/nfnetlink_queue")])
		.flatMap((listing) => listing.split("\n"))
		.filter((line) => line !== "");
}

/** As {@link podRules}, each table and rule with its handle: what is made anew has another one. */
export function podRuleHandles(podUid: string): string {
	return nft(podUid, "--stateless", "--handle", "list", "ruleset");
}

/** Removes every packet filter rule of a pod: what a person with access to the node does to end a fault by hand. */
export function flushPodRules(podUid: string): void {
	nft(podUid, "flush", "ruleset");
}

/**
 * Looks into each network namespace that these processes live in, once. A namespace is held open while it is looked at: the
 * process that it was found by may end at any time.
 */
export function lookIntoNetworks<T>(pids: readonly number[], look: (run: Run, inode: number) => readonly T[]): T[] {
	const seen = new Set<number>();
	return pids.flatMap((pid) => {
		const descriptor = openNetworkOf(pid);
		if (descriptor === undefined) return [];
		try {
			const inode = fstatSync(descriptor).ino;
			if (seen.has(inode)) return [];
			seen.add(inode);
			return look(runIn(`/proc/${process.pid}/fd/${descriptor}`), inode);
		} finally {
			closeSync(descriptor);
		}
	});
}

/** `undefined` if the process has ended. */
function openNetworkOf(pid: number): number | undefined {
	try {
		return openSync(`/proc/${pid}/ns/net`, "r");
	} catch {
		return undefined;
	}
}

/** Tables that a fault left, in any network namespace that one of these processes lives in: `inode: table`. */
export function tablesLeft(pids: readonly number[]): string[] {
	return lookIntoNetworks(pids, (run, inode) =>
		run("nft", "list", "tables")
			.split("\n")
			.filter((table) => table.includes("pulumi_chaos_"))
			.map((table) => `${inode}: ${table}`),
	);
}
