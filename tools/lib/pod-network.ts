import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync, statSync } from "node:fs";
import { allPids } from "./procfs.ts";

/** Runs a program in the network namespace of a process and returns what it prints. @throws Error with what it said if it fails */
export function runInNetworkOf(pid: number, program: string, ...args: string[]): string {
	const command = [`--net=/proc/${pid}/ns/net`, program, ...args];
	// nft warns of tables that are iptables'.
	return execFileSync("nsenter", command, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

function nft(pid: number, ...args: string[]): string {
	return runInNetworkOf(pid, "nft", ...args);
}

/**
 * A process of a pod that runs on this machine, found by the uid of the pod in the process's cgroup. This is the look from
 * outside that the demo and the tests take at a pod; it shares nothing with what the daemon does.
 */
function processOf(podUid: string): number {
	const spellings = [`pod${podUid}`, `pod${podUid.replaceAll("-", "_")}`];
	const pid = allPids().find((candidate) => {
		try {
			const cgroups = readFileSync(`/proc/${candidate}/cgroup`, "utf8");
			return spellings.some((spelling) => cgroups.includes(spelling));
		} catch {
			return false;
		}
	});
	if (pid === undefined) throw new Error(`no process of pod ${podUid} runs on this machine`);
	return pid;
}

/** All packet filter rules in a pod's network namespace, as `nft list ruleset` prints them. */
export function podRules(podUid: string): string {
	return nft(processOf(podUid), "list", "ruleset");
}

/** The tables of faults in a pod's network namespace, each with its rules as nft prints them. */
export function tablesOf(podUid: string): string[] {
	return podRules(podUid)
		.split(/^(?=table )/m)
		.filter((table) => table.includes("pulumi_chaos_"));
}

/** As {@link podRules}, each table and rule with its handle: what is made anew has another one. */
export function podRuleHandles(podUid: string): string {
	return nft(processOf(podUid), "--stateless", "--handle", "list", "ruleset");
}

/** Removes every packet filter rule of a pod: what a person with access to the node does to end a fault by hand. */
export function flushPodRules(podUid: string): void {
	nft(processOf(podUid), "flush", "ruleset");
}

/** The network namespaces that these processes live in, each with that of lowest number: it has been there for long, and stays. */
export function networkNamespaces(pids: readonly number[]): Map<string, number> {
	const namespaces = new Map<string, number>();
	for (const pid of pids.toSorted((one, other) => other - one)) {
		try {
			namespaces.set(readlinkSync(`/proc/${pid}/ns/net`), pid);
		} catch {
			// The process ended, or is one of the kernel's.
		}
	}
	return namespaces;
}

/** Tables that a fault left, in any network namespace that one of these processes lives in: `inode: table`. */
export function tablesLeft(pids: readonly number[]): string[] {
	return [...networkNamespaces(pids)].flatMap(([namespace, pid]) => {
		if (!statSync(`/proc/${pid}`, { throwIfNoEntry: false })) return [];
		return nft(pid, "list", "tables")
			.split("\n")
			.filter((table) => table.includes("pulumi_chaos_"))
			.map((table) => `${namespace}: ${table}`);
	});
}
