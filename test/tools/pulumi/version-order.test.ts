import { expect, test } from "vitest";
import { isAtLeast } from "../../../tools/pulumi/version-order.ts";

test.each([
	["3.259.0", "3.259.0", true],
	["v3.259.1", "3.259.0", true],
	["3.260.0", "3.259.9", true],
	["4.0.0", "3.259.0", true],
	["3.258.9", "3.259.0", false],
	["3.99.0", "3.259.0", false],
	["v3.259.0-alpha.1700000000+dirty\n", "3.259.0", true],
	["", "3.259.0", false],
	["no version", "3.259.0", false],
])("%j is at least %j: %j", (found, wanted, answer) => {
	expect(isAtLeast(found, wanted)).toBe(answer);
});
