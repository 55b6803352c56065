import { createHash } from "node:crypto";
import type { ClusterReference } from "./cluster/reference.ts";
import { referenceKey } from "./cluster/reference.ts";

/** Where a program runs. */
export interface StackId {
	organization: string;
	project: string;
	stack: string;
}

/** Which Pulumi resource owns an object: `project/stack/parent URN/type/name`. Two resources never have the same. */
export function ownerOf({ project, stack }: StackId, parentUrn: string, type: string, name: string): string {
	return [project, stack, parentUrn, type, name].join("/");
}

/**
 * Name of an object in the cluster: the resource's own name as far as a name may hold it, and 8 hex digits that keep it apart
 * from the same name under another parent or in another stack. At most 63 characters.
 *
 * @example objectName("Cut back end", owner) // "cut-back-end-1a2b3c4d"
 */
export function objectName(name: string, owner: string): string {
	const legal = name
		.toLowerCase()
		.replaceAll(/[^a-z0-9-]+/g, "-")
		.replace(/^-+/, "");
	const short = legal.slice(0, 63 - 9).replace(/-+$/, "");
	return [...(short === "" ? [] : [short]), digest(owner, 8)].join("-");
}

/**
 * Id of the Scope of a stack in a cluster: the same in every run, so that also what a killed `up` left behind, of which the state
 * knows nothing, is found.
 */
export function scopeId({ organization, project, stack }: StackId, cluster: ClusterReference): string {
	return digest(`${organization}/${project}/${stack}\n${referenceKey(cluster)}`, 16);
}

function digest(text: string, length: number): string {
	return createHash("sha256").update(text).digest("hex").slice(0, length);
}
