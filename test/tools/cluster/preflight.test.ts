import { expect, test } from "vitest";
import { cidrs, clusterLayout } from "../../../tools/cluster/layout.ts";
import { type MachineFacts, machineProblems, processProblems } from "../../../tools/cluster/preflight.ts";

const gib = 1024 ** 3;
const good: MachineFacts = {
	platform: "linux",
	arch: "x64",
	uid: 0,
	ipv6: true,
	bridgeFilter: true,
	overlay: true,
	freeState: 50 * gib,
	freeCache: 50 * gib,
	complete: false,
	aptGet: true,
	go: "1.26.8",
	goToolchain: "local",
	routes: [{ destination: "192.168.1.0/24", device: "eth0" }],
	foreignKubelet: undefined,
};
const ranges = cidrs(clusterLayout("main", 0));
const problems = (change: Partial<MachineFacts>) => machineProblems({ ...good, ...change }, ranges);

test("a machine with all that is needed has no problem", () => {
	expect(problems({})).toEqual([]);
});

test.each<[string, Partial<MachineFacts>, string]>([
	[
		"not root",
		{ uid: 1000 },
		"the cluster makes namespaces, mounts and cgroups, so it must run as root: try again with sudo",
	],
	[
		"another operating system",
		{ platform: "darwin", arch: "arm64" },
		"the cluster runs on Linux on x64 or arm64, and this is darwin on arm64: use a machine of that kind, or a cluster of your own through PULUMI_CHAOS_KUBECONFIG",
	],
	[
		"another architecture",
		{ arch: "riscv64" },
		"the cluster runs on Linux on x64 or arm64, and this is linux on riscv64: use a machine of that kind, or a cluster of your own through PULUMI_CHAOS_KUBECONFIG",
	],
	["no IPv6", { ipv6: false }, "this kernel has no IPv6: start it without ipv6.disable=1"],
	[
		"no br_netfilter",
		{ bridgeFilter: false },
		"this kernel does not filter bridged packets: run `modprobe br_netfilter`",
	],
	["no overlay", { overlay: false }, "this kernel has no overlay file system: run `modprobe overlay`"],
	[
		"no room for the state",
		{ freeState: 1.5 * gib },
		"/var/lib has 1.5 GiB of free space and needs 2.0 GiB: free some",
	],
	[
		"no room to build",
		{ freeCache: 3 * gib },
		"the disk that the cluster's programs are built on has 3.0 GiB of free space and needs 10.0 GiB: free some, or move the builds with PULUMI_CHAOS_CACHE, GOCACHE and GOMODCACHE",
	],
	[
		"no Go",
		{ go: undefined },
		"Go is needed to build the cluster's programs and is not on PATH: install Go 1.26 or newer from https://go.dev/dl and put it on PATH",
	],
	[
		"an old Go that must not fetch a newer one",
		{ go: "1.25.3" },
		"Go 1.25.3 is too old to build the cluster's programs: install Go 1.26 or newer from https://go.dev/dl and put it on PATH",
	],
	[
		"a Go that can't fetch a newer one",
		{ go: "1.19.8", goToolchain: "auto" },
		"Go 1.19.8 is too old to build the cluster's programs: install Go 1.26 or newer from https://go.dev/dl and put it on PATH",
	],
	["no apt-get", { aptGet: false }, "apt-get is needed to fetch etcd, runc and the CNI plugins: use Debian or Ubuntu"],
	[
		"another kubelet",
		{ foreignKubelet: 4711 },
		"a kubelet runs on this machine (process 4711), and two would share /var/lib/kubelet: stop it, or use its cluster through PULUMI_CHAOS_KUBECONFIG",
	],
	[
		"addresses that are taken",
		{ routes: [{ destination: "10.244.0.0/16", device: "flannel.1" }] },
		"the cluster's addresses 10.244.0.0/16 are taken: this machine has a route to 10.244.0.0/16 through flannel.1; remove it, or choose other addresses with PULUMI_CHAOS_CLUSTER_INDEX=1 (up to 7)",
	],
])("%s: says what to do", (_, change, problem) => {
	expect(problems(change)).toEqual([problem]);
});

test("what only a build needs is not asked for when everything is in the cache", () => {
	expect(problems({ complete: true, go: undefined, aptGet: false, freeCache: 0 })).toEqual([]);
});

test("a Go that fetches a newer toolchain by itself is good enough", () => {
	expect(problems({ go: "1.22.1", goToolchain: "auto" })).toEqual([]);
});

test.each([
	["a single address inside a range", "10.96.3.4", 1],
	["an IPv6 network inside a range", "fd00:10:244:5::/64", 1],
	["a network around a range, as that of a VPN", "10.0.0.0/8", 0],
	["another family", "fe80::/64", 0],
])("a route to %s", (_, destination, count) => {
	expect(problems({ routes: [{ destination, device: "tun0" }] })).toHaveLength(count);
});

test("all problems are told at once", () => {
	expect(problems({ uid: 1, ipv6: false, go: undefined })).toHaveLength(3);
	expect(processProblems({ platform: "win32", arch: "x64", uid: -1 })).toHaveLength(2);
});
