import { describe, expect, it } from "vitest";
import { quantile, replaced, resultLines, resultOf } from "../../bench/result.ts";

describe("a quantile", () => {
	it.each([
		[[3, 1, 2], 0.5, 2],
		[[4, 1, 2, 3], 0.5, 2.5],
		[[10, 9], 0.5, 9.5],
		[[7], 0.95, 7],
		[Array.from({ length: 101 }, (_, index) => index), 0.95, 95],
	])("of %j below which %s of the values are is %s", (values, part, value) => {
		expect(quantile(values, part)).toBeCloseTo(value, 10);
	});

	it("of nothing is a mistake", () => {
		expect(() => quantile([], 0.5)).toThrow("no values");
	});
});

it("sums a case up in the shape of bench/results.json", () => {
	expect(resultOf("inject-NetworkChaos", "nftables", 40, [100, 300.123, 200])).toEqual({
		case: "inject-NetworkChaos",
		engine: "nftables",
		targets: 40,
		n: 3,
		medianMs: 200,
		p95Ms: 290.11,
	});
});

it("replaces what was timed anew, and keeps what was not", () => {
	const old = [resultOf("up", "nftables", 1, [1]), resultOf("up", "nftables", 40, [1])];
	const fresh = [resultOf("up", "nftables", 40, [2]), resultOf("up", "simulated", 1, [3])];
	expect(replaced(old, fresh)).toEqual([old[0], ...fresh]);
});

it("shows results in columns", () => {
	expect(resultLines([resultOf("unit-patch", "api-server", 1, [3, 5])])).toEqual([
		"case        engine      targets  n  median ms  p95 ms",
		"unit-patch  api-server  1        2  4.0        4.9",
	]);
});
