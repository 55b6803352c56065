import { duration } from "./duration.ts";
import type { Field, ObjectField } from "./field.ts";
import type { JsonSchema } from "./json-schema.ts";
import { probes } from "./probe.ts";
import { mode, modeRules, selector, value } from "./selector.ts";

/** A kind of object in the API: its names and the shape of its spec. The one source of all that is derived. */
export interface Kind<S extends ObjectField = ObjectField> {
	/** `NetworkChaos`. */
	readonly kind: string;
	/** Name in the API's paths: `networkchaos`. */
	readonly plural: string;
	readonly shortNames?: readonly string[];
	readonly description: string;
	readonly spec: S;
	/** Schema of the status; absent: that of an experiment. */
	readonly status?: JsonSchema;
	/** Nothing runs it yet, so it is refused; the schema is there for those who prepare for it. */
	readonly pending?: true;
	/** Specs of other kinds stand in its own. */
	readonly holdsKinds?: true;
	/** The spec may change; absent: an experiment is deleted and created anew instead. */
	readonly mutable?: true;
}

/** What is special about how an experiment is carried out. */
export interface Traits {
	/** What one target is: a pod, or one container of it (those of `containerNames`, else the first). */
	readonly targets: "pod" | "container";
	/** Who does it: the daemon of the target's node, or the controller by the API server. */
	readonly where: "node" | "cluster";
	/** It is done once and can't be undone: it never pauses, never expires, and nothing is left to recover. */
	readonly oneShot: boolean;
}

/** A kind of fault. */
export interface FaultKind<S extends ObjectField = ObjectField> extends Kind<S> {
	readonly traits: Traits;
	/** Where variants differ from the traits of the kind, by variant. */
	readonly traitsOf?: Readonly<Record<string, Partial<Traits>>>;
}

/** The traits of an experiment with this spec. */
export function traitsOf(kind: FaultKind, spec: Readonly<Record<string, unknown>>): Traits {
	const variant = spec[kind.spec.variants?.by ?? ""];
	return { ...kind.traits, ...(typeof variant === "string" && kind.traitsOf?.[variant]) };
}

/** Fields that every experiment has. */
export const common = {
	selector,
	mode,
	value,
	duration: {
		type: "string",
		description:
			"How long the fault stays, from the creation of the experiment; default: that of the installation, 1h unless set otherwise.",
		grammar: duration,
	},
	probes,
	remoteCluster: {
		type: "string",
		description: "Upstream's name of another cluster to run the experiment in.",
		maxLength: 253,
		refused: "experiments run in the cluster that they are created in; use one Pulumi stack a cluster",
	},
} as const satisfies Record<string, Field>;

/** Names of the fields in `common`, for the `shared` of variants. */
export const commonFields = Object.keys(common) as (keyof typeof common)[];

/** Rules between the fields in `common`. */
export const commonRules = modeRules;

/** The field of kinds whose targets are containers. */
export const containerNames = {
	type: "array",
	description: "Names of the containers to hit in each pod; default: the first one.",
	maxItems: 64,
	items: { type: "string", description: "Name of a container.", maxLength: 253 },
} as const satisfies Field;
