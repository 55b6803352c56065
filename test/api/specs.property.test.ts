import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { check } from "../../api/check.ts";
import { fillDefaults } from "../../api/defaults.ts";
import { describeProblems } from "../../api/problem.ts";
import { allKinds } from "../../orchestration/kinds.ts";
import { broken, placesOf } from "../support/broken.ts";
import { crdTwin } from "../support/crd-twin.ts";
import { numRuns } from "../support/properties.ts";
import { ready } from "../support/ready.ts";
import { valuesOf } from "../support/specs.ts";

/** A spec is as dear as many texts. */
const options = { numRuns: numRuns / 100 };

describe.each(allKinds.map(ready))("$kind", (kind) => {
	const specs = valuesOf(kind.spec) as fc.Arbitrary<Record<string, unknown>>;
	const valid = specs.filter((spec) => check(kind, spec).length === 0);

	it("is right with its defaults when it is right without, and they fill up once", () => {
		fc.assert(
			fc.property(valid, (spec) => {
				const filled = fillDefaults(kind.spec, spec, "shop");
				expect(describeProblems(check(kind, filled))).toBe("");
				expect(fillDefaults(kind.spec, filled, "shop")).toEqual(filled);
			}),
			options,
		);
	});

	it("lets pass what is not known yet, wherever it stands", () => {
		const unknown = Symbol("unknown");
		fc.assert(
			fc.property(valid, fc.nat(), (spec, random) => {
				const places = placesOf(spec);
				const place = places[random % places.length] ?? [];
				const copy = structuredClone(spec);
				const parent = place.slice(0, -1).reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], copy);
				(parent as Record<string, unknown>)[place.at(-1) ?? ""] = unknown;
				expect(describeProblems(check(kind, copy, (value) => value === unknown))).toBe("");
			}),
			options,
		);
	});

	it("is never refused by its CRD when check accepts it", () => {
		const twin = crdTwin(kind);
		fc.assert(
			fc.property(fc.oneof(specs, specs.chain(broken)), (spec) => {
				if (check(kind, spec).length === 0) expect(describeProblems(check(twin, spec))).toBe("");
			}),
			options,
		);
	});
});
