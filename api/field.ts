import type { Grammar } from "./grammar.ts";
import type { Problem } from "./problem.ts";
import type { Rule } from "./rule.ts";
import type { Variants } from "./variants.ts";

/** What every field of a schema has. Fields are optional unless `required`. */
interface Common {
	/** One or two sentences for the CRD, the reference page and the editor. */
	readonly description: string;
	readonly required?: true;
	/** The field is known and can't be used; any value is refused with this sentence, and no type offers it. */
	readonly refused?: string;
}

/** A text: free, one of a list, or of a scalar grammar such as a duration. `maxLength` keeps CEL rules affordable. */
export interface StringField extends Common {
	readonly type: "string";
	readonly enum?: readonly string[];
	readonly grammar?: Grammar;
	readonly maxLength?: number;
	readonly default?: string;
}

/** A whole number with inclusive bounds. */
export interface IntegerField extends Common {
	readonly type: "integer";
	/** Type of such numbers for TypeScript, when it says more than `number`: one of those in `api/scalars.ts`. */
	readonly alias?: string;
	readonly minimum?: number;
	readonly maximum?: number;
	readonly default?: number;
}

/** True or false. */
export interface BooleanField extends Common {
	readonly type: "boolean";
	readonly default?: boolean;
}

/** A list; `maxItems` keeps CEL rules affordable. */
export interface ArrayField extends Common {
	readonly type: "array";
	readonly items: Field;
	readonly minItems?: number;
	readonly maxItems: number;
	readonly default?: readonly string[];
	/** When it says nothing, it is the namespace of the object: filled in by the webhook, since no CRD can. */
	readonly defaultsToNamespace?: true;
	/** Name of a field that every entry needs and no two share. */
	readonly keyedBy?: string;
}

/** An object with free keys, all values of one shape. */
export interface MapField extends Common {
	readonly type: "map";
	readonly values: Field;
	/** How keys are written; absent: any text. */
	readonly keys?: Grammar;
	readonly maxProperties: number;
}

/** Finds what is wrong with an object; the paths of the problems begin at it. What is not known yet passes. */
export type Audit = (
	value: Readonly<Record<string, unknown>>,
	isUnknown: (value: unknown) => boolean,
) => readonly Problem[];

/** An object with named fields; any other name is refused. */
export interface ObjectField extends Common {
	readonly type: "object";
	readonly fields: Readonly<Record<string, Field>>;
	/** Which fields go together, by the text of one of them. */
	readonly variants?: Variants;
	/** What else must hold between the fields. */
	readonly rules?: readonly Rule[];
	/** Why the CRD has no CEL rules for it and all that is in it, so that the webhook alone says them; absent: it has them. */
	readonly withoutCel?: string;
	/** Why the CRD of a kind that holds other kinds takes any object here, so that the webhook alone says its shape. */
	readonly openInside?: string;
	/** What no rule can say, such as how the entries of a list go together. Needs `withoutCel`: no CRD has it. */
	readonly audit?: Audit;
}

/** An object of Kubernetes' own, whose shape we leave to the API server that takes it. */
export interface JsonField extends Common {
	readonly type: "json";
	/** Why its shape is not described here; goes into docs/compatibility.md. */
	readonly reason: string;
}

/**
 * The schema language of kinds: the subset of JSON Schema that survives as a structural CRD schema. No unions, tuples or null:
 * what depends on another field is said by the variants and rules of an object.
 */
export type Field = StringField | IntegerField | BooleanField | ArrayField | MapField | ObjectField | JsonField;

type RequiredKeys<F extends Readonly<Record<string, Field>>> = {
	[K in keyof F]: F[K] extends { readonly required: true } ? K : never;
}[keyof F];

type Flatten<T> = { [K in keyof T]: T[K] };

/** The TypeScript type of the values that a schema describes. */
export type ValueOf<F> = F extends { readonly type: "object"; readonly fields: infer M }
	? M extends Readonly<Record<string, Field>>
		? Flatten<
				{ -readonly [K in RequiredKeys<M>]: ValueOf<M[K]> } & {
					-readonly [K in Exclude<keyof M, RequiredKeys<M>>]?: ValueOf<M[K]>;
				}
			>
		: never
	: F extends { readonly type: "array"; readonly items: infer I }
		? ValueOf<I>[]
		: F extends { readonly type: "map"; readonly values: infer V }
			? Record<string, ValueOf<V>>
			: F extends { readonly type: "string"; readonly enum: readonly (infer E)[] }
				? E
				: F extends { readonly type: "string" }
					? string
					: F extends { readonly type: "integer" }
						? number
						: F extends { readonly type: "boolean" }
							? boolean
							: F extends { readonly type: "json" }
								? Record<string, unknown>
								: never;
