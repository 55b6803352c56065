import * as pulumi from "@pulumi/pulumi";

/**
 * URN of the parent of a resource, that of the stack without one. A promise, because an output would carry the parent as a dependency:
 * that waits for all children of the parent, among them the resource that it is for.
 */
export function urnOf(parent: pulumi.Resource | undefined): Promise<string> {
	const resource = parent ?? pulumi.runtime.getStackResource();
	return new Promise((resolve) => (resource ? resource.urn.apply(resolve) : resolve("")));
}
