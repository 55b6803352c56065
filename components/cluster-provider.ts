import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../api/problem.ts";
import type { ClusterReference } from "../provider/cluster/reference.ts";
import { findSource } from "../provider/cluster/source.ts";

/**
 * The provider of `@pulumi/kubernetes` for a reference. It gets the path of the kubeconfig and never its text, which would stand
 * in the state.
 *
 * @param who - what asks for it, for messages: `Installation`
 */
export function clusterProvider(
	who: string,
	name: string,
	reference: ClusterReference,
	opts: pulumi.CustomResourceOptions,
): kubernetes.Provider {
	const source = findSource(reference);
	if ("message" in source) throw refusal(who, source);
	const [kubeconfig, ...more] = source.files;
	if (kubeconfig !== undefined && more.length === 0) {
		return new kubernetes.Provider(name, { kubeconfig, context: contextOf(who, reference) }, opts);
	}
	throw refusal(who, {
		path: "cluster",
		message:
			`the kubeconfig of ${source.title} is not one file; name one with "kubeconfig", or pass a provider of ` +
			"@pulumi/kubernetes for the same cluster in the options",
	});
}

/** The plugin would take the file's current context, which may be another one tomorrow. */
async function contextOf(who: string, reference: ClusterReference): Promise<string> {
	// The Kubernetes client is loaded by programs that install, and by no other.
	const { resolveCluster } = await import("../provider/cluster/kubeconfig.ts");
	const cluster = resolveCluster(reference);
	if ("message" in cluster) throw refusal(who, cluster);
	return cluster.context;
}

function refusal(who: string, { path, message }: Problem): Error {
	return new pulumi.RunError(`${who}: ${path}: ${message}`);
}
