import type { Input } from "@pulumi/pulumi";
import type { Field } from "../api/field.ts";
import type { Kind } from "../api/kind.ts";
import type { Variants } from "../api/variants.ts";
import type { ClusterReference } from "./cluster/reference.ts";

/** The values that a schema describes, each of them a plain one or an output, on every level. */
export type InputOf<F> = F extends { readonly type: "object"; readonly fields: infer M }
	? M extends Fields
		? Input<FieldsOf<M, RequiredOf<M>, Exclude<keyof M, RequiredOf<M>>>>
		: never
	: F extends { readonly type: "array"; readonly items: infer I }
		? Input<InputOf<I>[]>
		: F extends { readonly type: "map"; readonly values: infer V }
			? Input<Record<string, InputOf<V>>>
			: F extends { readonly type: "string"; readonly enum: readonly (infer E)[] }
				? Input<E>
				: F extends { readonly type: "string" }
					? Input<string>
					: F extends { readonly type: "integer" }
						? Input<number>
						: F extends { readonly type: "boolean" }
							? Input<boolean>
							: never;

type Fields = Readonly<Record<string, Field>>;
type Flatten<T> = { [K in keyof T]: T[K] };
type RequiredOf<M extends Fields> = { [K in keyof M]: M[K] extends { readonly required: true } ? K : never }[keyof M];
type FieldsOf<M, Needed extends keyof M, Allowed extends keyof M> = Flatten<
	{ [K in Needed]: InputOf<M[K]> } & { [K in Exclude<Allowed, Needed>]?: InputOf<M[K]> | undefined }
>;

/**
 * The arguments that describe a fault: one shape for each variant of the kind. The field that says which variant it is must be a
 * plain literal: as an output it would let a wrong program compile.
 */
export type SpecArgs<K extends Kind> = {
	[V in keyof VariantsOf<K>["of"] & string]: Flatten<
		{ [D in VariantsOf<K>["by"]]: V } & VariantArgs<
			K["spec"]["fields"],
			VariantsOf<K>["by"],
			{
				needs: VariantsOf<K>["of"][V]["needs"][number];
				allows: VariantsOf<K>["of"][V]["allows"][number] | VariantsOf<K>["shared"][number];
			}
		>
	>;
}[keyof VariantsOf<K>["of"] & string];

type VariantsOf<K extends Kind> = K["spec"] extends { readonly variants: infer V extends Variants } ? V : never;

type VariantArgs<M extends Fields, D extends string, F extends { needs: string; allows: string }> = FieldsOf<
	M,
	Exclude<Extract<keyof M, F["needs"]> | (Extract<keyof M, F["allows"]> & RequiredOf<M>), D>,
	Exclude<Extract<keyof M, F["allows"]>, D>
>;

/** Arguments of every experiment that are not part of the fault. */
export interface CommonArgs {
	/** Namespace of the experiment's object. Default: `default`. A change recovers the fault and injects it anew. */
	namespace?: Input<string> | undefined;
	/**
	 * The cluster. Default: the stack's configuration `pulumi-chaos:kubeconfig`, `pulumi-chaos:kubeconfigEnv`,
	 * `pulumi-chaos:context`. Never the ambient context: without either, the preview says what to write.
	 */
	cluster?: ClusterReference | undefined;
	/** Longest wait of one operation, such as `"90s"`. Default: `"5m"`. */
	timeout?: Input<string> | undefined;
	/** Recovers the fault and keeps the experiment; false or absent injects it again. Its duration runs on. Default: false. */
	paused?: Input<boolean> | undefined;
	/**
	 * Takes over the experiment that runs under the resource's own name, made by kubectl or another tool, without injecting it
	 * again. It must be as the program says; what differs is named and nothing is changed. Once the resource is in the state this
	 * means nothing any more and can go. Default: false.
	 */
	adopt?: boolean | undefined;
}

/** Arguments of an experiment of a kind. */
export type ExperimentArgs<K extends Kind> = SpecArgs<K> & CommonArgs;
