import * as pulumi from "@pulumi/pulumi";
import type { ClusterReference } from "./cluster/reference.ts";
import type { StackId } from "./identity.ts";

/** Project and stack that are running. */
export function currentStack(): StackId {
	return { organization: pulumi.getOrganization(), project: pulumi.getProject(), stack: pulumi.getStack() };
}

/**
 * The cluster that a resource names, else that of the stack's configuration (`pulumi-chaos:kubeconfig`,
 * `pulumi-chaos:kubeconfigEnv`, `pulumi-chaos:context`), else an empty reference, which `check` refuses.
 */
export function clusterOf(given: ClusterReference | undefined): ClusterReference {
	if (given) return given;
	const config = new pulumi.Config("pulumi-chaos");
	const entries = (["kubeconfig", "kubeconfigEnv", "context"] as const).map(
		(name) => [name, config.get(name)] as const,
	);
	return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
