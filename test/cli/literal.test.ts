import { describe, expect, it } from "vitest";
import { fields, literal, Reference } from "../../cli/literal.ts";
import { misformatted } from "./programs.ts";

const words = (count: number): string => Array.from({ length: count }, () => "word").join(" ");

/** Values with something special about how they are written. */
const values: Record<string, Record<string, unknown>> = {
	quotes: { a: "it's", b: 'say "so"', c: `"it's"`, d: 'back\\slash\n"new" line', e: "ünïcode \u2028" },
	keys: { plain_1: 1, "app.kubernetes.io/name": "x", "1a": 2, $ref: 3, "": 4, default: 5 },
	scalars: { a: 0, b: -1.5, c: true, d: false, e: 4711 },
	empty: { a: {}, b: [], c: "" },
	tables: {
		list: [{ a: 1, b: 2 }],
		table: [
			{ a: 1, b: 2 },
			{ a: 1, b: 2 },
		],
		short: [{ a: 1 }, { b: 2 }],
		nested: {
			deep: [
				[1, 2],
				[3, 4],
			],
			flat: [[1], [2]],
		},
	},
	long: {
		text: words(40),
		url: words(40),
		inner: { description: words(40), list: [words(40), "x"] },
		fits: { text: words(19) },
		list: Array.from({ length: 30 }, (_, index) => `entry-${index}`),
		object: Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`field${index}`, `value-${index}`])),
	},
};

/** Values whose lines are just short enough for one line and just too long for it. */
const edges = Object.fromEntries(
	Array.from({ length: 12 }, (_, index) => {
		const list = ["a".repeat(50), "b".repeat(44 + index)];
		return [
			`edge${index}`,
			{ object: { list, more: 1 }, list, description: "c".repeat(98 + index), url: "d".repeat(108 + index) },
		];
	}),
);

describe.each(Object.entries({ ...values, ...edges }))("a value with %s", (_, value) => {
	it("means the same as TypeScript", () => {
		expect(new Function(`return ${fields(value)};`)()).toEqual(value);
		expect(new Function(`return ${literal(value, 10)};`)()).toEqual(value);
	});
});

it("is laid out as the formatter does", () => {
	const programs = Object.entries({ ...values, ...edges }).map(([name, value]): [string, string] => {
		const before = "export const value = ";
		return [name, `${before}${literal(value, before.length + 1)};\n\nf("name", ${fields(value)});\n`];
	});
	expect(misformatted(new Map(programs))).toEqual([]);
});

it("a reference is written by its name", () => {
	expect(literal({ selector: new Reference("frontPods") }, 0)).toBe("{ selector: frontPods }");
});
