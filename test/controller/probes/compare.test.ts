import { expect, it } from "vitest";
import type { Criteria } from "../../../api/criteria.ts";
import { whyNot } from "../../../controller/probes/compare.ts";

it.each<[Criteria, string]>([
	[{ equals: "ok" }, "ok"],
	[{ equals: "1" }, "1.0"],
	[{ notEquals: "1" }, "2"],
	[{ lessThan: "0.05" }, "1e-3"],
	[{ atMost: "3", atLeast: "3" }, "3"],
	[{ greaterThan: "-1" }, "0"],
	[{ contains: "up" }, "is up"],
	[{ matches: "^a.c$" }, "abc"],
])("%j holds for %j", (criteria, value) => {
	expect(whyNot(criteria, value, "it", true)).toBeUndefined();
});

it.each<[Criteria, string, string]>([
	[{ equals: "ok" }, "ko", 'it ("ko") does not equal "ok"'],
	[{ notEquals: "1" }, "1.0", 'it ("1.0") equals "1"'],
	[{ lessThan: "5" }, "5", 'it ("5") is not less than "5"'],
	[{ atMost: "5" }, "NaN", 'it ("NaN") is not at most "5"'],
	[{ atLeast: "5" }, "", 'it ("") is not at least "5"'],
	[{ greaterThan: "5" }, "many", 'it ("many") is not greater than "5"'],
	[{ atLeast: "1", atMost: "3" }, "4", 'it ("4") is not at most "3"'],
	[{ matches: "^b" }, "abc", 'it ("abc") does not match "^b"'],
])("%j does not hold for %j", (criteria, value, said) => {
	expect(whyNot(criteria, value, "it", true)).toBe(said);
});

it("does not say what is not to be shown", () => {
	expect(whyNot({ contains: "ok" }, "a secret", "the body", false)).toBe('the body does not contain "ok"');
});

it("does not let a regular expression take for ever", () => {
	const slow = { matches: "^(a+)+$" };
	expect(() => whyNot(slow, `${"a".repeat(60)}!`, "it", true)).toThrow("takes more than 100 ms; write a simpler one");
	// Nor one after the other, though this text would be quick.
	expect(() => whyNot(slow, "a", "it", true)).toThrow("is not tried for ten minutes");
	expect(whyNot({ matches: "^a+$" }, "a", "it", true)).toBeUndefined();
});
