import fc from "fast-check";
import { expect, it } from "vitest";
import type { Field } from "../../api/field.ts";
import type { Grammar } from "../../api/grammar.ts";
import { allKinds } from "../../orchestration/kinds.ts";
import { compile } from "../support/compile.ts";
import { textsIn } from "../support/specs.ts";

/** All grammars that have a type of their own, by name. */
const grammars = new Map(allKinds.flatMap(({ spec }) => grammarsIn(spec)).map((one) => [one.name, one]));

it("the types of scalars let pass every text that is accepted", () => {
	const programs = [...grammars.values()].map((grammar) => {
		const texts = fc.sample(textsIn(grammar), { numRuns: 200, seed: 1 }).filter((text) => grammar.accepts(text));
		expect(texts.length, grammar.name).toBeGreaterThan(0);
		const line = `import type { ${grammar.type} } from "../../api/scalars.ts";`;
		return [grammar.name, `${line}\nexport const texts: ${grammar.type}[] = ${JSON.stringify(texts)};`] as const;
	});
	expect(compile(new Map(programs))).toEqual([]);
}, 60_000);

function grammarsIn(field: Field): Grammar[] {
	switch (field.type) {
		case "string":
			return field.grammar?.type === undefined ? [] : [field.grammar];
		case "array":
			return grammarsIn(field.items);
		case "map":
			return grammarsIn(field.values);
		case "object":
			return Object.values(field.fields).flatMap(grammarsIn);
		default:
			return [];
	}
}
