import type { Grammar } from "./grammar.ts";

/** What every field of a schema has. Fields are optional unless `required`. */
interface Common {
	/** One or two sentences for the CRD, the reference page and the editor. */
	readonly description: string;
	readonly required?: true;
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
	readonly maxItems: number;
}

/** An object with free keys, all values of one shape. */
export interface MapField extends Common {
	readonly type: "map";
	readonly values: Field;
	readonly maxProperties: number;
}

/** An object with named fields; any other name is refused. */
export interface ObjectField extends Common {
	readonly type: "object";
	readonly fields: Readonly<Record<string, Field>>;
}

/**
 * The schema language of kinds: the subset of JSON Schema that survives as a structural CRD schema. No unions, tuples or null:
 * what depends on another field is said in a kind's variants table (see kind.ts).
 */
export type Field = StringField | IntegerField | BooleanField | ArrayField | MapField | ObjectField;

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
							: never;
