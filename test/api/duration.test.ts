import { describe, expect, it } from "vitest";
import { formatDuration, parseDuration, positiveDuration } from "../../api/duration.ts";

describe("parseDuration", () => {
	it.each([
		["0", 0],
		["+0", 0],
		["100ms", 100],
		["1h30m", 5_400_000],
		["1.5h", 5_400_000],
		["1h2m3.5s", 3_723_500],
		[".5s", 500],
		["5.s", 5000],
		["-2m", -120_000],
		["5µs", 0.005],
		["5μs", 0.005],
		["7ns", 0.000007],
	])("reads %s", (text, milliseconds) => {
		expect(parseDuration(text)).toBeCloseTo(milliseconds, 9);
	});

	it.each(["", "+", "10", "1w", "1d", "s", "1h-2m", " 1s", "1s ", "1 s", "1,5s", "1h30", "9999999999h"])(
		"refuses %j",
		(text) => {
			expect(parseDuration(text)).toBeUndefined();
		},
	);
});

describe("formatDuration", () => {
	it.each([
		[0, "0s"],
		[1, "1ms"],
		[90_000, "1m30s"],
		[5_400_000, "1h30m"],
		[3_600_000, "1h"],
	])("writes %d ms as %s, which reads back", (milliseconds, text) => {
		expect(formatDuration(milliseconds)).toBe(text);
		expect(parseDuration(text)).toBe(milliseconds);
	});
});

describe("positiveDuration", () => {
	it("has a pattern that lets pass all that it accepts", () => {
		const pattern = new RegExp(positiveDuration.pattern);
		for (const text of ["90s", "1h30m", "+5s", ".5s", "5.s", "5µs"]) {
			expect(positiveDuration.accepts(text)).toBe(true);
			expect(text).toMatch(pattern);
		}
	});

	it.each(["0", "0s", "-5s", "5"])("refuses %s", (text) => {
		expect(positiveDuration.accepts(text)).toBe(false);
	});
});
