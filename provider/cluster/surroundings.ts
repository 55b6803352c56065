import type { NodeReport } from "../../api/node-report.ts";
import type { SelectionWorld } from "../../selection/choose.ts";
import type { Meta, Pod } from "../../selection/pod.ts";

/** A node, as far as it says where a pod is. */
export interface Node {
	metadata: Meta;
}

/** A PodDisruptionBudget (policy/v1). */
export interface Budget {
	metadata: { name: string; namespace: string };
	spec: {
		selector?: {
			matchLabels?: Record<string, string>;
			matchExpressions?: { key: string; operator: string; values?: string[] }[];
		};
	};
	status?: { disruptionsAllowed?: number };
}

/** What stands around an experiment in a cluster; all of it is only read. Every method rejects with ApiError, as those of Cluster. */
export interface Surroundings extends SelectionWorld {
	/** All pods of a namespace. */
	podsIn(namespace: string): Promise<Pod[]>;
	/** All nodes. */
	nodes(): Promise<Node[]>;
	/** What the chaos daemons say of their nodes; none where the installation knows of no reports. */
	nodeReports(): Promise<NodeReport[]>;
	/** The disruption budgets of a namespace. */
	budgetsIn(namespace: string): Promise<Budget[]>;
}
