import type { NodeReport } from "../../api/node-report.ts";
import type { Selector } from "../../api/selector.ts";
import type { Budget, Node, Surroundings } from "../../provider/cluster/surroundings.ts";
import { hasAll } from "../../selection/match.ts";
import type { Pod } from "../../selection/pod.ts";

/** A pod of a Deployment that is named as its label `app`; it runs on `n1` unless said otherwise. */
export function ownedPod(
	name: string,
	{ app = name.replace(/-\d+$/, ""), namespace = "default", nodeName = "n1" } = {},
): Pod {
	return {
		metadata: {
			name,
			namespace,
			uid: `uid-${name}`,
			labels: { app, "pod-template-hash": "7c9f" },
			ownerReferences: [{ kind: "ReplicaSet", name: `${app}-7c9f`, controller: true }],
		},
		spec: { nodeName, containers: [{ name: "server", image: "server:1" }] },
		status: { phase: "Running" },
	};
}

/** What stands around the experiments of a cluster in memory: one pod of each of two roles. */
export class FakeSurroundings implements Surroundings {
	pods: Pod[] = [ownedPod("front-1"), ownedPod("back-1")];
	nodeObjects: Node[] = [{ metadata: { name: "n1", uid: "n1", labels: { "topology.kubernetes.io/zone": "a" } } }];
	budgets: Budget[] = [];
	reports: NodeReport[] = [];
	/** What every read fails with, when it is set. */
	failure: Error | undefined;

	async podsIn(namespace: string): Promise<Pod[]> {
		if (this.failure) throw this.failure;
		return this.pods.filter(({ metadata }) => metadata.namespace === namespace);
	}

	async listPods(namespace: string, { labelSelectors }: Selector): Promise<Pod[]> {
		return (await this.podsIn(namespace)).filter(({ metadata }) => hasAll(metadata.labels ?? {}, labelSelectors));
	}

	async nodes(): Promise<Node[]> {
		return this.nodeObjects;
	}

	async listNodes(labels: Record<string, string>): Promise<string[]> {
		const all = this.nodeObjects.filter(({ metadata }) => hasAll(metadata.labels ?? {}, labels));
		return all.map(({ metadata }) => metadata.name);
	}

	async nodeReports(): Promise<NodeReport[]> {
		return this.reports;
	}

	async budgetsIn(namespace: string): Promise<Budget[]> {
		return this.budgets.filter(({ metadata }) => metadata.namespace === namespace);
	}

	async namespaceExists(name: string): Promise<boolean> {
		return name === "default" || this.pods.some(({ metadata }) => metadata.namespace === name);
	}

	async nodeExists(name: string): Promise<boolean> {
		return this.nodeObjects.some(({ metadata }) => metadata.name === name);
	}
}
