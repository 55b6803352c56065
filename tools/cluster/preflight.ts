import { BlockList, isIPv6 } from "node:net";

/** What a process knows about itself. */
export interface ProcessFacts {
	/** As Node names them. */
	readonly platform: string;
	readonly arch: string;
	readonly uid: number;
}

/** What is known about a machine before anything is done on it. */
export interface MachineFacts extends ProcessFacts {
	/** Features of the kernel. */
	readonly ipv6: boolean;
	readonly bridgeFilter: boolean;
	readonly overlay: boolean;
	/** Free bytes where the cluster's state and the cache will lie. */
	readonly freeState: number;
	readonly freeCache: number;
	/** Whether programs have to be built, and with what. */
	readonly complete: boolean;
	readonly aptGet: boolean;
	/** Version of Go, such as "1.26.8"; undefined when there is none. */
	readonly go: string | undefined;
	/** The Go setting: "local" forbids to fetch a newer toolchain. */
	readonly goToolchain: string;
	/** Routes of the host that are not the cluster's. */
	readonly routes: readonly HostRoute[];
	/** A kubelet on this machine that belongs to no cluster of ours. */
	readonly foreignKubelet: number | undefined;
}

/** A route of the host. */
export interface HostRoute {
	/** A CIDR, or an address. */
	readonly destination: string;
	readonly device: string;
}

const gib = 1024 ** 3;
const spaceForState = 2 * gib;
const spaceForBuild = 10 * gib;
const wantedGo = [1, 26] as const;
// From this version on Go fetches a newer toolchain by itself.
const fetchingGo = [1, 21] as const;

function olderThan(version: string, [major, minor]: readonly [number, number]): boolean {
	const [haveMajor = 0, haveMinor = 0] = version.split(".").map(Number);
	return haveMajor < major || (haveMajor === major && haveMinor < minor);
}

function goProblem({ go, goToolchain }: MachineFacts): string | undefined {
	const advice = `install Go ${wantedGo.join(".")} or newer from https://go.dev/dl and put it on PATH`;
	if (go === undefined) return `Go is needed to build the cluster's programs and is not on PATH: ${advice}`;
	if (olderThan(go, goToolchain === "local" ? wantedGo : fetchingGo)) {
		return `Go ${go} is too old to build the cluster's programs: ${advice}`;
	}
	return undefined;
}

function platformProblem({ platform, arch }: ProcessFacts): string | undefined {
	if (platform === "linux" && (arch === "x64" || arch === "arm64")) return undefined;
	return (
		`the cluster runs on Linux on x64 or arm64, and this is ${platform} on ${arch}: ` +
		"use a machine of that kind, or a cluster of your own through PULUMI_CHAOS_KUBECONFIG"
	);
}

function spaceProblem(what: string, free: number, wanted: number, advice: string): string | undefined {
	if (free >= wanted) return undefined;
	const text = (bytes: number) => `${(bytes / gib).toFixed(1)} GiB`;
	return `${what} has ${text(free)} of free space and needs ${text(wanted)}: ${advice}`;
}

const when = (condition: boolean, problem: string) => (condition ? problem : undefined);

/** Why this process can have no cluster on this machine, whatever else there is; nothing when it can. */
export function processProblems(facts: ProcessFacts): string[] {
	const problems = [
		platformProblem(facts),
		when(
			facts.uid !== 0,
			"the cluster makes namespaces, mounts and cgroups, so it must run as root: try again with sudo",
		),
	];
	return problems.filter((problem) => problem !== undefined);
}

function buildProblems(facts: MachineFacts): (string | undefined)[] {
	if (facts.complete) return [];
	return [
		goProblem(facts),
		when(!facts.aptGet, "apt-get is needed to fetch etcd, runc and the CNI plugins: use Debian or Ubuntu"),
		spaceProblem(
			"the disk that the cluster's programs are built on",
			facts.freeCache,
			spaceForBuild,
			"free some, or move the builds with PULUMI_CHAOS_CACHE, GOCACHE and GOMODCACHE",
		),
	];
}

function contains(cidr: string, destination: string): boolean {
	const split = (text: string) => {
		const [address = "", prefix] = text.split("/");
		const family = isIPv6(address) ? ("ipv6" as const) : ("ipv4" as const);
		return { address, family, prefix: prefix === undefined ? (family === "ipv6" ? 128 : 32) : Number(prefix) };
	};
	const outer = split(cidr);
	const inner = split(destination);
	if (outer.family !== inner.family || inner.prefix < outer.prefix) return false;
	const list = new BlockList();
	list.addSubnet(outer.address, outer.prefix, outer.family);
	return list.check(inner.address, inner.family);
}

function rangeProblems(routes: readonly HostRoute[], cidrs: readonly string[]): string[] {
	return routes.flatMap(({ destination, device }) => {
		const taken = cidrs.find((cidr) => contains(cidr, destination));
		if (taken === undefined) return [];
		return [
			`the cluster's addresses ${taken} are taken: this machine has a route to ${destination} through ${device}; ` +
				"remove it, or choose other addresses with PULUMI_CHAOS_CLUSTER_INDEX=1 (up to 7)",
		];
	});
}

/**
 * All that stands in the way of a cluster with these CIDRs on this machine, each with what to do about it; nothing when
 * it may start. No port of the host is among it: the cluster listens only in namespaces of its own.
 */
export function machineProblems(facts: MachineFacts, cidrs: readonly string[]): string[] {
	const problems = [
		...processProblems(facts),
		when(!facts.ipv6, "this kernel has no IPv6: start it without ipv6.disable=1"),
		when(!facts.bridgeFilter, "this kernel does not filter bridged packets: run `modprobe br_netfilter`"),
		when(!facts.overlay, "this kernel has no overlay file system: run `modprobe overlay`"),
		spaceProblem("/var/lib", facts.freeState, spaceForState, "free some"),
		...buildProblems(facts),
		...rangeProblems(facts.routes, cidrs),
		when(
			facts.foreignKubelet !== undefined,
			`a kubelet runs on this machine (process ${facts.foreignKubelet}), and two would share /var/lib/kubelet: ` +
				"stop it, or use its cluster through PULUMI_CHAOS_KUBECONFIG",
		),
	];
	return problems.filter((problem) => problem !== undefined);
}
