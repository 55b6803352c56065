import { positiveDuration } from "./duration.ts";
import type { Field, ObjectField } from "./field.ts";
import { mode, selector } from "./selector.ts";

/** Which fields one variant of a kind must have, and which it may have besides those that all variants share. */
export interface Variant {
	readonly needs: readonly string[];
	readonly allows: readonly string[];
}

/** A kind of fault: its names, the shape of its spec, and which fields go together. The one source of all that is derived. */
export interface Kind<S extends ObjectField = ObjectField> {
	/** `NetworkChaos`. */
	readonly kind: string;
	/** Name in the API's paths: `networkchaos`. */
	readonly plural: string;
	readonly description: string;
	readonly spec: S;
	/** The field that says which variant a spec is. */
	readonly discriminant: string;
	readonly variants: Readonly<Record<string, Variant>>;
	/** Fields of the variants table that every variant may have. */
	readonly shared: readonly string[];
}

/** Fields that every experiment has. */
export const common = {
	selector,
	mode,
	duration: {
		type: "string",
		description:
			"How long the fault stays, from the creation of the experiment; default: that of the installation, 1h unless set otherwise.",
		grammar: positiveDuration,
	},
} as const satisfies Record<string, Field>;

/** Names of the fields in `common`, for a kind's `shared`. */
export const commonFields = Object.keys(common) as (keyof typeof common)[];
