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

/**
 * What the stack's configuration says of guard rails: `pulumi-chaos:guardRails`, an object as the `spec` of GuardRails, and the name of
 * the environment that the stack is for, `pulumi-chaos:environment`. `check` looks at both.
 */
export function railsOfStack(): { guardRails?: unknown; environment?: string } {
	const config = new pulumi.Config("pulumi-chaos");
	const [guardRails, environment] = [config.getObject<unknown>("guardRails"), config.get("environment")];
	return { ...(guardRails !== undefined && { guardRails }), ...(environment !== undefined && { environment }) };
}
