import { existsSync, readFileSync, readlinkSync, statfsSync } from "node:fs";
import { basename, dirname } from "node:path";
import { cache } from "../lib/paths.ts";
import { allPids, commandLine, executable } from "../lib/procfs.ts";
import { run } from "../lib/run.ts";
import { onPath } from "../lib/search-path.ts";
import { type ClusterLayout, stateRoot } from "./layout.ts";
import type { HostRoute, MachineFacts, ProcessFacts } from "./preflight.ts";
import { programsComplete } from "./programs.ts";

function freeBytes(path: string): number {
	if (!existsSync(path)) return freeBytes(dirname(path));
	const { bavail, bsize } = statfsSync(path);
	return bavail * bsize;
}

function mountNamespace(pid: number): string | undefined {
	try {
		return readlinkSync(`/proc/${pid}/ns/mnt`);
	} catch {
		return undefined;
	}
}

// A kubelet in a container, as that of kind, has a /var/lib/kubelet of its own.
function foreignKubelet(): number | undefined {
	const here = mountNamespace(process.pid);
	return allPids().find((pid) => {
		const program = executable(pid);
		if (program === undefined || basename(program) !== "kubelet" || mountNamespace(pid) !== here) return false;
		return !commandLine(pid).some((arg) => arg.includes(`${stateRoot}/`));
	});
}

async function hostRoutes(layout: ClusterLayout): Promise<HostRoute[]> {
	if (onPath("ip") === undefined) return [];
	const lists = await Promise.all(["-4", "-6"].map((family) => run("ip", ["-json", family, "route", "show"])));
	return lists
		.flatMap((text) => JSON.parse(text || "[]") as { dst: string; dev?: string }[])
		.map(({ dst, dev }) => ({ destination: dst, device: dev ?? "no device" }))
		.filter(({ destination, device }) => destination !== "default" && device !== layout.hostInterface);
}

async function optionalModule(present: () => boolean, module: string): Promise<boolean> {
	if (!present() && onPath("modprobe") !== undefined) await run("modprobe", [module]).catch(() => {});
	return present();
}

async function goSettings(): Promise<Record<string, string> | undefined> {
	if (onPath("go") === undefined) return undefined;
	return JSON.parse(await run("go", ["env", "-json", "GOVERSION", "GOTOOLCHAIN", "GOCACHE", "GOMODCACHE"]));
}

/** What `processProblems` judges. */
export function processFacts(): ProcessFacts {
	return { platform: process.platform, arch: process.arch, uid: process.getuid?.() ?? -1 };
}

/** Gathers what `machineProblems` judges. Loads the kernel's modules where it can. */
export async function machineFacts(layout: ClusterLayout): Promise<MachineFacts> {
	const complete = programsComplete();
	const build = complete ? undefined : await goSettings();
	return {
		...processFacts(),
		ipv6: existsSync("/proc/net/if_inet6"),
		bridgeFilter: await optionalModule(() => existsSync("/proc/sys/net/bridge"), "br_netfilter"),
		overlay: await optionalModule(() => /\boverlay$/m.test(readFileSync("/proc/filesystems", "utf8")), "overlay"),
		freeState: freeBytes(stateRoot),
		freeCache: Math.min(...[cache, build?.["GOCACHE"], build?.["GOMODCACHE"]].map((path) => freeBytes(path || cache))),
		complete,
		aptGet: onPath("apt-get") !== undefined,
		go: build?.["GOVERSION"]?.replace(/^go/, ""),
		goToolchain: build?.["GOTOOLCHAIN"] ?? "",
		routes: await hostRoutes(layout),
		foreignKubelet: foreignKubelet(),
	};
}
