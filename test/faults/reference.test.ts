import { describe, expect, it } from "vitest";
import { check } from "../../api/check.ts";
import { faults } from "../../faults/registry.ts";

describe.each(Object.values(faults))("the reference of $kind.kind", ({ kind, reference }) => {
	it("has an entry for each variant that can be injected", async () => {
		const ready = Object.entries(kind.spec.variants?.of ?? {}).filter(([, { pending }]) => !pending);
		const expected = kind.spec.variants ? ready.map(([name]) => name) : [undefined];
		expect((await reference()).map(({ variant }) => variant)).toEqual(expected);
	});

	it("has right examples, each of its variant", async () => {
		for (const { variant, example } of await reference()) {
			expect(check(kind, example.spec)).toEqual([]);
			if (kind.spec.variants) expect(example.spec[kind.spec.variants.by]).toBe(variant);
		}
	});
});
