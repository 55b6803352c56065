import { expect, it } from "vitest";
import { marksOf, notAmong } from "../../selection/previewed.ts";

const names = (count: number, prefix = "shop/front-") =>
	Array.from({ length: count }, (_, index) => `${prefix}${index}`);

it("marks tell those that were previewed from all others, in the order of these", () => {
	const strangers = names(100, "shop/back-");
	const marks = marksOf(names(1000));
	expect(notAmong(marks, names(1000))).toEqual([]);
	expect(notAmong(marks, [...strangers, ...names(1000)])).toEqual(strangers);
	expect(marks).toHaveLength(8000);
});

it("marks are the same whatever the order, and say no names", () => {
	expect(marksOf(names(3))).toBe(marksOf(names(3).reverse()));
	expect(Buffer.from(marksOf(names(3)), "base64").toString()).not.toContain("front");
});

it.each(["", "shop/front-0", "????", marksOf(names(1)).slice(1)])(
	"with %j for marks everybody is a stranger",
	(marks) => {
		expect(notAmong(marks, names(2))).toEqual(names(2));
	},
);
