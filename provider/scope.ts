import * as pulumi from "@pulumi/pulumi";
import { type ClusterReference, referenceKey } from "./cluster/reference.ts";
import { scopeId } from "./identity.ts";
import { currentStack } from "./program.ts";
import { thinProvider } from "./thin.ts";

/**
 * All experiments of one stack in one cluster. The library makes it when it is first needed, and every experiment depends on it,
 * so it is deleted last: then it recovers what the stack has in the cluster, known to the state or not.
 */
export class Scope extends pulumi.dynamic.Resource {
	/** Value of the label `pulumi-chaos.io/scope` on the stack's experiments. */
	declare readonly scope: pulumi.Output<string>;

	constructor(name: string, args: { scope: string; cluster: ClusterReference; timeout?: string }) {
		super(thinProvider, name, { kind: "Scope", ...args }, {}, "pulumi-chaos", "Scope");
	}
}

/** Scopes by run of a program (several can run in one process) and by cluster. */
const scopes = new WeakMap<object, Map<string, { id: string; resource: Scope }>>();

/** The Scope of the running stack for a cluster, with its id, which is known before it is made. */
export function scopeFor(cluster: ClusterReference): { id: string; resource: Scope } {
	const run = pulumi.runtime.getStackResource() ?? scopes;
	const ofRun = scopes.get(run) ?? new Map<string, { id: string; resource: Scope }>();
	scopes.set(run, ofRun);
	const key = referenceKey(cluster);
	const known = ofRun.get(key);
	if (known) return known;
	const id = scopeId(currentStack(), cluster);
	const made = { id, resource: new Scope(`pulumi-chaos-${id.slice(0, 8)}`, { scope: id, cluster }) };
	ofRun.set(key, made);
	return made;
}
