import { networkChaos } from "../faults/network/spec.ts";
import type { ExperimentArgs } from "./args.ts";
import { Experiment, type ExperimentOptions } from "./experiment.ts";

/** Arguments of a NetworkChaos. */
export type NetworkChaosArgs = ExperimentArgs<typeof networkChaos>;

/**
 * A fault of the network between pods, or between pods and the world outside.
 *
 * @example
 * new NetworkChaos("cut", {
 *   cluster: { kubeconfig: "~/.kube/config", context: "staging" },
 *   action: "partition",
 *   mode: "all",
 *   selector: { namespaces: ["shop"], labelSelectors: { app: "front" } },
 *   direction: "both",
 *   target: { mode: "all", selector: { namespaces: ["shop"], labelSelectors: { app: "back" } } },
 *   duration: "5m",
 * });
 */
export class NetworkChaos extends Experiment<typeof networkChaos> {
	constructor(name: string, args: NetworkChaosArgs, opts?: ExperimentOptions) {
		super(networkChaos, name, args, opts);
	}
}
