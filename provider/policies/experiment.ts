import type { Kind } from "../../api/kind.ts";
import { kinds } from "../kinds.ts";
import type { Held } from "../lifecycle/rails.ts";
import { defaultNamespace } from "../lifecycle/state.ts";

/** A resource as a policy gets to see it. */
export interface PolicyResource {
	/** `pulumi-nodejs:dynamic/pulumi-chaos:NetworkChaos`. */
	type: string;
	/** Name in the program. */
	name: string;
	urn: string;
	/** Reading one that is not known yet throws. */
	props: Readonly<Record<string, unknown>>;
}

const prefix = "pulumi-nodejs:dynamic/pulumi-chaos:";

/** The experiment that a resource is; undefined: it is something else. */
export function experimentIn(resource: PolicyResource): PolicyExperiment | undefined {
	const { type } = resource;
	const kind = type.startsWith(prefix) ? kinds[type.slice(prefix.length)] : undefined;
	return kind && new PolicyExperiment(kind, resource);
}

/**
 * An experiment among the resources of a stack. Its properties are read when they are asked for: one that is not known yet must not keep
 * a policy from what it does not look at.
 */
export class PolicyExperiment implements Held {
	readonly kind: Kind;
	readonly name: string;
	readonly urn: string;
	readonly #props: PolicyResource["props"];

	constructor(kind: Kind, { name, urn, props }: PolicyResource) {
		this.kind = kind;
		this.name = name;
		this.urn = urn;
		this.#props = props;
	}

	get namespace(): string {
		return (this.#props["namespace"] ?? defaultNamespace) as string;
	}

	get spec(): Held["spec"] {
		return this.#props["spec"] as Held["spec"];
	}

	get ownerTeam(): string | undefined {
		return this.#props["ownerTeam"] as string | undefined;
	}

	get reason(): string | undefined {
		return this.#props["reason"] as string | undefined;
	}

	/** The environment that its stack is for. */
	get environment(): string | undefined {
		return this.#props["environment"] as string | undefined;
	}
}
