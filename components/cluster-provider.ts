import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterReference } from "../provider/cluster/reference.ts";

/**
 * The provider of `@pulumi/kubernetes` for a reference. It gets the path of the kubeconfig and never its text, which would stand
 * in the state.
 */
export function clusterProvider(
	name: string,
	reference: ClusterReference,
	opts: pulumi.CustomResourceOptions,
): kubernetes.Provider {
	const found = pulumi.output(locate(reference));
	return new kubernetes.Provider(name, { kubeconfig: found.kubeconfig, context: found.context }, opts);
}

async function locate(reference: ClusterReference): Promise<{ kubeconfig: string; context: string }> {
	// The Kubernetes client is loaded by programs that install, and by no other.
	const { resolveCluster } = await import("../provider/cluster/kubeconfig.ts");
	const cluster = resolveCluster(reference);
	if ("message" in cluster) throw new pulumi.RunError(`Installation: ${cluster.path}: ${cluster.message}`);
	const [kubeconfig, ...more] = cluster.files;
	if (kubeconfig !== undefined && more.length === 0) return { kubeconfig, context: cluster.context };
	throw new pulumi.RunError(
		`Installation: cluster: the kubeconfig is not one file (${cluster.where}); name one with "kubeconfig", or pass a provider ` +
			"of @pulumi/kubernetes for the same cluster in the options",
	);
}
