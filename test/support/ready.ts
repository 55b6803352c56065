import type { Kind } from "../../api/kind.ts";
import type { Variant } from "../../api/variants.ts";

/** A kind as it will be when everything in it can be injected: neither it nor a variant is pending. */
export function ready(kind: Kind): Kind {
	const { pending: _, ...rest } = kind;
	const { variants } = kind.spec;
	if (!variants) return rest;
	const of = Object.fromEntries(Object.entries(variants.of).map(([name, variant]) => [name, done(variant)]));
	return { ...rest, spec: { ...kind.spec, variants: { ...variants, of } } };
}

function done({ pending: _, ...variant }: Variant): Variant {
	return variant;
}
