import type { Field } from "../api/field.ts";
import type { FaultKind } from "../api/kind.ts";
import type { Variant } from "../api/variants.ts";
import { faults, pendingFaults } from "../faults/registry.ts";

/** A kind of fault as a part of another object. */
export interface Embedded {
	readonly kind: FaultKind;
	/** The field that holds its spec: `podChaos`. */
	readonly key: string;
}

/** All kinds of fault, those that nothing injects yet too. */
export const embedded: readonly Embedded[] = [
	...Object.values(faults).map(({ kind }) => kind),
	...Object.values(pendingFaults),
]
	.map((kind) => ({ kind, key: keyOf(kind.kind) }))
	.sort((a, b) => (a.key < b.key ? -1 : 1));

/** Fields that hold the spec of one experiment, of which the variant says which one is there. */
export const embeddedFields: Readonly<Record<string, Field>> = Object.fromEntries(
	embedded.map(({ kind, key }) => {
		const { required: _, ...spec } = kind.spec;
		return [key, { ...spec, description: `Spec of a ${kind.kind}: ${lowerFirst(kind.spec.description)}` }];
	}),
);

/** Variants by kind of fault, each with its spec. */
export const embeddedVariants: Readonly<Record<string, Variant>> = Object.fromEntries(
	embedded.map(({ kind, key }) => [
		kind.kind,
		{
			description: `Makes a ${kind.kind}.`,
			needs: [key],
			allows: [],
			...(kind.pending && { pending: true }),
		},
	]),
);

/** As upstream has it: `PodChaos` is `podChaos`, `IOChaos` is `ioChaos`. */
function keyOf(kind: string): string {
	return kind.replace(/^([A-Z]+(?=[A-Z])|[A-Z])/, (initials) => initials.toLowerCase());
}

function lowerFirst(text: string): string {
	return text.charAt(0).toLowerCase() + text.slice(1);
}
