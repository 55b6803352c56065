import type { Problem } from "../../api/problem.ts";
import type { ClusterReference } from "../../provider/cluster/reference.ts";
import { Interrupts } from "../../provider/lifecycle/interrupts.ts";
import { type Lifecycles, lifecycles } from "../../provider/lifecycle/lifecycles.ts";
import type { ExperimentInputs } from "../../provider/lifecycle/state.ts";
import { FakeCluster } from "../support/fake-cluster.ts";
import { injected } from "../support/statuses.ts";

/** The lifecycle over a cluster in memory whose controller injects at once, with little patience. */
export class World {
	readonly cluster = new FakeCluster();
	readonly interrupts = new Interrupts();
	readonly said: string[] = [];
	readonly handlers: Lifecycles;
	/** Answer for references other than {@link reference}. */
	elsewhere: { cluster: FakeCluster; server: string } | Problem = {
		path: "cluster.context",
		message: '"prod" is not in /home/me/.kube/config; use "dev"',
	};

	constructor() {
		this.cluster.reconcile = (experiment) => {
			const status = injected(experiment);
			if (status) experiment.status = status;
		};
		this.handlers = lifecycles({
			find: ({ context }) =>
				context === reference.context ? { cluster: this.cluster, server: "https://10.0.0.1:6443" } : this.elsewhere,
			interrupts: this.interrupts,
			patience: { noTargetMs: 60, noAnswerMs: 120, nodeMs: 90, unrecoverableMs: 60, tickMs: 10 },
			say: (sentence) => this.said.push(sentence),
		});
	}
}

/** The reference that leads to the cluster in memory. */
export const reference: ClusterReference = { context: "dev" };

/** Inputs as `check` leaves them. */
export function inputs(more: Partial<ExperimentInputs> = {}): ExperimentInputs {
	return {
		kind: "NetworkChaos",
		name: "cut-1a2b3c4d",
		namespace: "default",
		owner: "shop/dev/urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev/NetworkChaos/cut",
		scope: "0123456789abcdef",
		cluster: reference,
		timeout: "1s",
		phase: "Injected",
		spec: { action: "partition", mode: "all", selector: { labelSelectors: { app: "front" } } },
		...more,
	};
}
