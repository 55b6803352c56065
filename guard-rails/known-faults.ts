import type { Kind } from "../api/kind.ts";
import { oneOf, type Problem, quote } from "../api/problem.ts";
import type { GuardRailsSpec } from "./spec.ts";

/**
 * Entries of `kinds` that stand for no fault that is known here: nothing would ever be allowed by them. The cluster may know more, and
 * takes them; whoever writes guard rails has misspelt them.
 *
 * @param known - all kinds; those that are no faults are passed over
 * @param path - of the guard rails, such as `pulumi-chaos:guardRails`; empty: they are the whole
 */
export function unknownFaults(known: readonly Kind[], { kinds = [] }: GuardRailsSpec, path: string): Problem[] {
	const faults = known.filter((kind) => "traits" in kind);
	return kinds.flatMap((entry, index) => {
		const [name = "", variant] = entry.split("/");
		const kind = faults.find((one) => one.kind === name);
		const variants = Object.keys(kind?.spec.variants?.of ?? {});
		if (kind && (variant === undefined || variants.includes(variant))) return [];
		const at = `${path}${path === "" ? "" : "."}kinds[${index}]`;
		if (!kind)
			return [{ path: at, message: `${quote(name)} is no kind of fault; use ${oneOf(faults.map((one) => one.kind))}` }];
		const instead = variants.length > 0 ? `use ${oneOf(variants)} behind "/"` : `it has none: use ${quote(name)}`;
		return [{ path: at, message: `${quote(variant)} is no variant of ${name}; ${instead}` }];
	});
}
