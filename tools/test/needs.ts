import { pulumiEnvironment } from "../pulumi/environment.ts";
import type { Need } from "./tiers.ts";

/** Debian's packages of HAProxy, and of what it takes besides what every Debian has; it stands for the proxy of a mesh. */
export const haproxyPackages = ["haproxy", "liblua5.3-0", "libopentracing-c-wrapper0", "libopentracing1"] as const;

const met = new Map<Need, Promise<NodeJS.ProcessEnv>>();

/**
 * Brings up what a tier needs, each need once a run, and returns the environment for its tests. Rejects with what to do when
 * something can't be brought up.
 */
export async function meet(needs: Need[]): Promise<NodeJS.ProcessEnv> {
	let environment: NodeJS.ProcessEnv = { ...process.env };
	for (const need of needs) {
		const additions = met.get(need) ?? bring[need]();
		met.set(need, additions);
		environment = { ...environment, ...(await additions) };
	}
	return environment;
}

// Loaded only when needed, so that the unit tier runs on machines that can't carry a cluster.
const bring: Record<Need, () => Promise<NodeJS.ProcessEnv>> = {
	dist: async () => {
		await import("../build/main.ts");
		return {};
	},
	pulumi: () => pulumiEnvironment(process.env),
	cluster: async () => {
		const { up } = await import("../cluster/cluster.ts");
		await up();
		return {};
	},
	"two nodes": async () => {
		const [{ up }, { ownCluster }] = await Promise.all([
			import("../cluster/cluster.ts"),
			import("../cluster/own-cluster.ts"),
		]);
		// A cluster of the user's own has the nodes that it has.
		if (!ownCluster()) await up({ nodes: 2 });
		return {};
	},
	images: async () => {
		const [{ ensureImages }, { importImage }, { ownCluster }] = await Promise.all([
			import("../images/ensure.ts"),
			import("../cluster/cluster.ts"),
			import("../cluster/own-cluster.ts"),
		]);
		// A cluster of the user's own takes its images from a registry.
		if (ownCluster()) return {};
		const { system, sample } = await ensureImages();
		for (const { archive } of [system, sample]) await importImage(archive);
		return {};
	},
	haproxy: async () => {
		const [{ debianFiles }, { lineProgress }] = await Promise.all([
			import("../lib/debian-package.ts"),
			import("../lib/progress.ts"),
		]);
		const progress = lineProgress();
		for (const name of haproxyPackages) await debianFiles(name, progress);
		return {};
	},
	qemu: () => install({ "qemu-system-x86_64": "qemu-system-x86" }),
	arm64: () => install({ "qemu-aarch64": "qemu-user" }),
	netfilter: () =>
		install({ ip: "iproute2", nft: "nftables", nsenter: "util-linux", openssl: "openssl", "stress-ng": "stress-ng" }),
};

/** Installs the Debian packages of those programs that are not on PATH: program -> package. */
async function install(programs: Record<string, string>): Promise<NodeJS.ProcessEnv> {
	const [{ installPackages }, { onPath }, { lineProgress }] = await Promise.all([
		import("../lib/debian-package.ts"),
		import("../lib/search-path.ts"),
		import("../lib/progress.ts"),
	]);
	const missing = Object.entries(programs).filter(([program]) => onPath(program) === undefined);
	const packages = missing.map(([, name]) => name);
	if (packages.length > 0) await installPackages(packages, lineProgress());
	return {};
}
