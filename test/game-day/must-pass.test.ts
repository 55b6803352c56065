import { expect, it } from "vitest";
import { mustPass } from "../../game-day/must-pass.ts";
import { gameDayResult } from "./results.ts";

it("returns what has passed, or was recovered", () => {
	for (const verdict of ["passed", "recovered"] as const) {
		const result = gameDayResult({ verdict });
		expect(mustPass(result)).toBe(result);
	}
});

it("throws what a callback has thrown, as it is", () => {
	const error = new TypeError("mine");
	expect(() => mustPass(gameDayResult({ verdict: "error", message: "mine", error }))).toThrow(error);
});

it("throws the verdict and the reason otherwise, also when a callback has thrown before", () => {
	const error = new Error("mine");
	expect(() => mustPass(gameDayResult({ verdict: "left behind", message: "cut may be left", error }))).toThrow(
		/^game day attacks\/dev: left behind: cut may be left$/,
	);
	expect(() => mustPass(gameDayResult({ verdict: "error", message: "text", error: "text" }))).toThrow(/: error: text$/);
});
