import { quote } from "./problem.ts";
import type { Rule } from "./rule.ts";

/** Which fields one variant of an object must have, and which it may have besides those that all variants share. */
export interface Variant {
	/** One sentence for the reference page: what it does. */
	readonly description: string;
	readonly needs: readonly string[];
	readonly allows: readonly string[];
	/** Nothing can inject it yet, so it is refused; the schema is there for those who prepare for it. */
	readonly pending?: true;
}

/** The variants of an object: which fields go together, by the text of one field. */
export interface Variants {
	/** The field that says which variant an object is. */
	readonly by: string;
	readonly of: Readonly<Record<string, Variant>>;
	/** Fields that every variant may have. */
	readonly shared: readonly string[];
}

/** What a variants table says, as rules: needed fields, fields that do not go with a variant, variants that can't be injected yet. */
export function rulesOfVariants({ by, of, shared }: Variants, fields: readonly string[]): Rule[] {
	return Object.entries(of).flatMap(([name, variant]) => {
		const when = { field: by, is: [name] };
		const what = `${by} ${quote(name)}`;
		const allowed = new Set([by, ...shared, ...variant.needs, ...variant.allows]);
		return [
			...variant.needs.map(
				(field): Rule => ({
					when,
					must: { given: field },
					path: field,
					message: `missing; ${what} needs it`,
				}),
			),
			...fields
				.filter((field) => !allowed.has(field))
				.map(
					(field): Rule => ({
						when,
						must: { not: { given: field } },
						path: field,
						message: `{value} does not go with ${what}; leave ${field} out`,
					}),
				),
			...(variant.pending ? [pendingRule(by, name, readyOnes(of))] : []),
		];
	});
}

function readyOnes(of: Variants["of"]): string[] {
	return Object.keys(of).filter((name) => !of[name]?.pending);
}

function pendingRule(by: string, name: string, ready: readonly string[]): Rule {
	const instead = ready.length > 0 ? `; it can: ${ready.join(", ")}` : "";
	return {
		must: { not: { field: by, is: [name] } },
		path: by,
		message: `{value} can't be injected by this version of pulumi-chaos yet${instead}`,
		pending: true,
	};
}
