import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { check } from "../../api/check.ts";
import { clean } from "../../api/clean.ts";
import { fillDefaults } from "../../api/defaults.ts";
import { isObject } from "../../api/json.ts";
import type { Kind } from "../../api/kind.ts";
import { allKinds } from "../../orchestration/kinds.ts";
import { always } from "../support/properties.ts";

/** Specs that have names of fields of the kind, and of what every object has, with anything in them. */
function specsOf({ spec }: Kind): fc.Arbitrary<unknown> {
	const names = [...Object.keys(spec.fields), "constructor", "toString", "__proto__", "other"];
	const part = fc.oneof(
		fc.jsonValue({ maxDepth: 2 }),
		fc.constantFrom("", "5m", "all", ["shop"], { namespaces: ["shop"] }),
	);
	return fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.dictionary(fc.constantFrom(...names), part, { maxKeys: 5 }));
}

describe.each(allKinds.map((kind) => [kind.kind, kind] as const))("%s", (_name, kind) => {
	it("is checked, cleaned and completed without a throw, whatever it is", () => {
		always(specsOf(kind), (spec) => {
			const problems = check(kind, spec);
			if (!isObject(spec)) {
				expect(problems).not.toEqual([]);
				return;
			}
			check(kind, clean(kind.spec, spec));
			fillDefaults(kind.spec, spec, "shop");
			const unknown = Object.keys(spec).filter((field) => !Object.hasOwn(kind.spec.fields, field));
			for (const field of unknown) expect(problems.map(({ path }) => path)).toContain(field);
		});
	});
});
