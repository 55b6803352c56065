import { join } from "node:path";

/** One node of a cluster: a network namespace of its own with a container runtime, a kubelet and a kube-proxy. */
export interface NodeLayout {
	/** Counted from 1; the first node carries the control plane as well. */
	readonly number: 1 | 2;
	/** Name of the Node object. */
	readonly name: string;
	/** Value of the label `topology.kubernetes.io/zone`. */
	readonly zone: string;
	/** The file that holds the node's network namespace: not under `/run/netns`, which `ip netns` would leave behind. */
	readonly netns: string;
	readonly address4: string;
	readonly address6: string;
	/** Addresses of this node's pods, as CIDRs, and the gateway in each. */
	readonly pods4: string;
	readonly pods6: string;
	readonly gateway4: string;
	readonly gateway6: string;
	/** What outlives a process: the runtime's content, the kubelet's folder, logs. */
	readonly state: string;
	/** Sockets and mounts. */
	readonly run: string;
	/** The kubelet's `cgroupRoot`. */
	readonly cgroup: string;
}

/** Every name, address and path of one cluster; two clusters with different names and indices share none. */
export interface ClusterLayout {
	readonly instance: string;
	readonly state: string;
	readonly run: string;
	/** The admin's kubeconfig. */
	readonly kubeconfig: string;
	/** Cgroup above all processes of the cluster, and the one of its own programs. */
	readonly cgroup: string;
	readonly componentsCgroup: string;
	/** The file that holds the network namespace whose bridge joins the nodes and the host. */
	readonly switchNetns: string;
	/** The only interface that the cluster adds to the host, and the host's addresses on it. */
	readonly hostInterface: string;
	readonly hostAddress4: string;
	readonly hostAddress6: string;
	/** CIDRs of the nodes and the host, of all pods, of all Services. */
	readonly nodes4: string;
	readonly nodes6: string;
	readonly pods4: string;
	readonly pods6: string;
	readonly services4: string;
	readonly services6: string;
	/** First Service addresses: `kubernetes.default`, and cluster DNS. */
	readonly apiService4: string;
	readonly apiService6: string;
	readonly dns4: string;
	readonly dns6: string;
	/** The API server as the host and the nodes reach it. */
	readonly apiServer: string;
	/** Both possible nodes, whether they run or not. */
	readonly nodes: readonly [NodeLayout, NodeLayout];
}

/** Above the state folders of all clusters of this machine. */
export const stateRoot = "/var/lib/pulumi-chaos-cluster";
/** Above the run folders of all clusters of this machine. */
export const runRoot = "/run/pulumi-chaos-cluster";
/** Above the cgroups of all clusters of this machine. */
export const cgroupRoot = "/pulumi-chaos-cluster";

/** Highest index of a cluster on one machine. */
export const maxIndex = 7;

function nodeLayout(instance: string, index: number, number: 1 | 2): NodeLayout {
	const name = `${instance}-${number}`;
	return {
		number,
		name,
		zone: number === 1 ? "a" : "b",
		netns: join(runRoot, instance, String(number), "netns"),
		address4: `10.${112 + index}.0.${number + 1}`,
		address6: `fd00:10:${112 + index}::${number + 1}`,
		pods4: `10.${244 + index}.${number - 1}.0/24`,
		pods6: `fd00:10:${244 + index}:${number}::/64`,
		gateway4: `10.${244 + index}.${number - 1}.1`,
		gateway6: `fd00:10:${244 + index}:${number}::1`,
		state: join(stateRoot, instance, String(number)),
		run: join(runRoot, instance, String(number)),
		cgroup: `${cgroupRoot}/${instance}/node-${number}`,
	};
}

/**
 * The layout of the cluster `instance`. `index` (0 to 7) chooses its address ranges.
 *
 * @throws RangeError when the name is no DNS label of up to 9 characters, or the index is out of range.
 */
export function clusterLayout(instance: string, index: number): ClusterLayout {
	// An interface's name has at most 15 characters, the folder of the shims' sockets at most 42.
	if (!/^[a-z][a-z0-9]{0,8}$/.test(instance)) {
		throw new RangeError(
			`cluster name "${instance}" is not usable: take 1 to 9 lower-case letters and digits, a letter first`,
		);
	}
	if (!Number.isInteger(index) || index < 0 || index > maxIndex) {
		throw new RangeError(`cluster index ${index} is not usable: take a whole number from 0 to ${maxIndex}`);
	}
	const first = nodeLayout(instance, index, 1);
	const state = join(stateRoot, instance);
	return {
		instance,
		state,
		run: join(runRoot, instance),
		kubeconfig: join(state, "admin.kubeconfig"),
		cgroup: `${cgroupRoot}/${instance}`,
		componentsCgroup: `${cgroupRoot}/${instance}/components`,
		switchNetns: join(runRoot, instance, "switch.netns"),
		hostInterface: `chaos-${instance}`,
		hostAddress4: `10.${112 + index}.0.1`,
		hostAddress6: `fd00:10:${112 + index}::1`,
		nodes4: `10.${112 + index}.0.0/24`,
		nodes6: `fd00:10:${112 + index}::/64`,
		pods4: `10.${244 + index}.0.0/16`,
		pods6: `fd00:10:${244 + index}::/48`,
		services4: `10.${96 + index}.0.0/16`,
		services6: `fd00:10:${96 + index}::/112`,
		apiService4: `10.${96 + index}.0.1`,
		apiService6: `fd00:10:${96 + index}::1`,
		dns4: `10.${96 + index}.0.10`,
		dns6: `fd00:10:${96 + index}::a`,
		apiServer: `https://${first.address4}:6443`,
		nodes: [first, nodeLayout(instance, index, 2)],
	};
}

/** All address ranges of a cluster. */
export function cidrs(layout: ClusterLayout): string[] {
	const { nodes4, nodes6, pods4, pods6, services4, services6 } = layout;
	return [nodes4, nodes6, pods4, pods6, services4, services6];
}

/** Chooses the address ranges of the shared cluster, where others have a route to those of index 0. */
export const indexVariable = "PULUMI_CHAOS_CLUSTER_INDEX";

/**
 * The layout of the cluster that all commands and tests share.
 *
 * @throws RangeError when the variable above is no whole number from 0 to 7.
 */
export function sharedLayout(environment: NodeJS.ProcessEnv = process.env): ClusterLayout {
	const index = environment[indexVariable] ?? "0";
	if (!/^\d+$/.test(index)) {
		throw new RangeError(`${indexVariable}="${index}" is not usable: take a whole number from 0 to ${maxIndex}`);
	}
	return clusterLayout("main", Number(index));
}
