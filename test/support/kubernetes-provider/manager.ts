import { createHash } from "node:crypto";

/** The name under which a resource owns the fields that it sets: the same for every operation on one URN. */
export function fieldManagerOf(urn: string): string {
	return `pulumi-kubernetes-${createHash("sha256").update(urn).digest("hex").slice(0, 8)}`;
}
