import { join } from "node:path";
import { debianFiles, installPackages, isFetched } from "../lib/debian-package.ts";
import { type GoRecipe, goPrograms, isBuilt } from "../lib/go-program.ts";
import { root } from "../lib/paths.ts";
import type { Progress } from "../lib/progress.ts";
import { run } from "../lib/run.ts";
import { onPath } from "../lib/search-path.ts";

const kubernetesVersion = "v1.36.3";
const kubernetes = {
	module: { path: "k8s.io/kubernetes", version: kubernetesVersion },
	siblings: kubernetesVersion.replace(/^v1/, "v0"),
	variables: Object.fromEntries(
		["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"].flatMap((name) => [
			[`${name}.gitVersion`, kubernetesVersion],
			[`${name}.gitMajor`, "1"],
			[`${name}.gitMinor`, "36"],
		]),
	),
} as const;
const command = (...names: string[]) =>
	Object.fromEntries(names.map((name) => [name, `k8s.io/kubernetes/cmd/${name}`]));

const kubernetesRecipe: GoRecipe = {
	name: "kubernetes",
	...kubernetes,
	programs: command("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy"),
};
const kubectlRecipe: GoRecipe = { name: "kubectl", ...kubernetes, programs: command("kubectl") };
const containerdPath = "github.com/containerd/containerd/v2";
const containerdRecipe: GoRecipe = {
	name: "containerd",
	module: { path: containerdPath, version: "v2.4.2" },
	programs: Object.fromEntries(
		["containerd", "containerd-shim-runc-v2", "ctr"].map((name) => [name, `${containerdPath}/cmd/${name}`]),
	),
	variables: { [`${containerdPath}/version.Version`]: "v2.4.2" },
	tags: "no_btrfs no_devmapper no_zfs",
};
const goFolder = join(root, "tools", "cluster", "go");
const corednsRecipe: GoRecipe = {
	name: "coredns",
	module: { path: "github.com/coredns/coredns", version: "v1.14.7" },
	programs: { coredns: "." },
	main: join(goFolder, "coredns", "main.go"),
};
const pauseRecipe: GoRecipe = { name: "pause", programs: { pause: "." }, main: join(goFolder, "pause", "main.go") };

/** Paths of the programs that a cluster is made of. */
export interface Programs {
	/** The folder with the API server, the controller manager, the scheduler, the kubelet and kube-proxy. */
	readonly kubernetes: string;
	/** The folder with containerd, its shim and `ctr`. */
	readonly containerd: string;
	readonly etcd: string;
	readonly runc: string;
	/** The folder with the CNI plugins. */
	readonly cni: string;
	/** Static programs that become images. */
	readonly coredns: string;
	readonly pause: string;
}

/** What the programs above call by name, and the Debian package that has it. */
const tools: Readonly<Record<string, string>> = {
	ip: "iproute2",
	nft: "nftables",
	nsenter: "util-linux",
	unshare: "util-linux",
	mount: "mount",
	sysctl: "procps",
	openssl: "openssl",
	tar: "tar",
};

const packages = ["etcd-server", "runc", "containernetworking-plugins"] as const;
const recipes = [pauseRecipe, containerdRecipe, kubernetesRecipe, corednsRecipe];

const missingTools = () => Object.keys(tools).filter((tool) => onPath(tool) === undefined);

/** Whether nothing has to be built, fetched or installed. */
export function programsComplete(): boolean {
	return missingTools().length === 0 && packages.every(isFetched) && recipes.every(isBuilt);
}

/** Builds, fetches and installs what is missing. A second call finds all of it and takes milliseconds. */
export async function ensurePrograms(progress: Progress): Promise<Programs> {
	const missing = missingTools();
	if (missing.length > 0) await installPackages([...new Set(missing.map((tool) => tools[tool] ?? tool))], progress);
	const etcd = await debianFiles("etcd-server", progress);
	const runc = join(await debianFiles("runc", progress), "usr", "sbin", "runc");
	const cni = await debianFiles("containernetworking-plugins", progress);
	// The one library outside libc that any of them needs.
	await run(runc, ["--version"]).catch(() => installPackages(["libseccomp2"], progress));
	const pause = await goPrograms(pauseRecipe, progress);
	const containerd = await goPrograms(containerdRecipe, progress);
	const kubernetesFolder = await goPrograms(kubernetesRecipe, progress);
	const coredns = await goPrograms(corednsRecipe, progress);
	return {
		kubernetes: kubernetesFolder,
		containerd,
		etcd: join(etcd, "usr", "bin", "etcd"),
		runc,
		cni: join(cni, "usr", "lib", "cni"),
		coredns: join(coredns, "coredns"),
		pause: join(pause, "pause"),
	};
}

/** A static `kubectl` of the cluster's version, built when it is not in the cache: for images. */
export async function builtKubectl(progress: Progress): Promise<string> {
	return join(await goPrograms(kubectlRecipe, progress), "kubectl");
}

/** The `kubectl` on PATH, else one that is built. */
export async function ensureKubectl(progress: Progress): Promise<string> {
	return onPath("kubectl") ?? (await builtKubectl(progress));
}
