import { expect, it } from "vitest";
import { exitCode } from "../../game-day/exit-code.ts";

it.each([
	["passed", 0],
	["recovered", 0],
	["failed", 1],
	["aborted", 1],
	["inconclusive", 3],
	["error", 4],
	["not approved", 5],
	["left behind", 6],
] as const)("%s ends with %i", (verdict, code) => {
	expect(exitCode({ verdict })).toBe(code);
});
