import * as pulumi from "@pulumi/pulumi";
import type { ClusterReference } from "../provider/cluster/reference.ts";
import { clusterOf } from "../provider/program.ts";
import { requireResolvable } from "../provider/resolvable.ts";
import { thinProvider } from "../provider/thin.ts";

/** Arguments of a Drain. */
export interface DrainArgs {
	/** The cluster. Default: that of the stack's configuration. */
	cluster?: ClusterReference | undefined;
	/** Longest wait for the recovery of everything, such as `"10m"`. Default: `"5m"`. */
	timeout?: pulumi.Input<string> | undefined;
}

/**
 * Does nothing until it is deleted: then it recovers every experiment in the cluster, of any stack or of kubectl, and waits until
 * all are gone. Make it depend on whatever recovery needs, so that this is still there.
 */
export class Drain extends pulumi.dynamic.Resource {
	constructor(name: string, args: DrainArgs = {}, opts?: pulumi.CustomResourceOptions) {
		requireResolvable();
		const { timeout } = args;
		super(
			thinProvider,
			name,
			{ kind: "Drain", cluster: clusterOf(args.cluster), timeout },
			opts,
			"pulumi-chaos",
			"Drain",
		);
	}
}
