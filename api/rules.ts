import type { ObjectField } from "./field.ts";
import type { Rule } from "./rule.ts";
import { rulesOfVariants } from "./variants.ts";

/** All rules between the fields of an object: those of its variants, its own, and those of fields that can't be used. */
export function rulesOfObject({ fields, variants, rules = [] }: ObjectField): readonly Rule[] {
	const refused = Object.entries(fields).flatMap(([name, { refused: why }]): Rule[] =>
		why === undefined ? [] : [{ must: { not: { given: name } }, path: name, message: `{value} can't be used: ${why}` }],
	);
	return [...(variants ? rulesOfVariants(variants, Object.keys(fields)) : []), ...rules, ...refused];
}
