import type * as kubernetes from "@pulumi/kubernetes";

/** Objects of a group of the API. */
export interface ProbeObjectsArgs {
	/** Name of the group, such as `apps`; empty: the core group. */
	apiGroup: string;
	/** Names of resources in it, such as `deployments`. */
	resources: string[];
}

/**
 * What the controller may do for probes. It does for nobody what they may not do themselves: who makes an experiment with such a probe
 * needs the right too.
 */
export interface ProbeAccessArgs {
	/** Whether probes may run commands in pods. The controller may then do so in every pod of the cluster. Default: `false`. */
	exec?: boolean | undefined;
	/**
	 * Objects that probes may read, in place of the default: Deployments, StatefulSets, DaemonSets, ReplicaSets and Jobs; pods, Services
	 * and nodes can be read in any case.
	 */
	objects?: ProbeObjectsArgs[] | undefined;
}

const workloads: readonly ProbeObjectsArgs[] = [
	{ apiGroup: "apps", resources: ["deployments", "statefulsets", "daemonsets", "replicasets"] },
	{ apiGroup: "batch", resources: ["jobs"] },
];

/** Rules for what probes ask. */
export function probeRules({ exec = false, objects = [...workloads] }: ProbeAccessArgs = {}): Rule[] {
	return [
		...objects.map(({ apiGroup, resources }): Rule => ({ apiGroups: [apiGroup], resources, verbs: ["get"] })),
		// get: for API servers that take the opening of a WebSocket for reading.
		...(exec ? [{ apiGroups: [""], resources: ["pods/exec"], verbs: ["create", "get"] }] : []),
	];
}

type Rule = kubernetes.types.input.rbac.v1.PolicyRule;
