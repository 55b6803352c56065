import { expect, test } from "vitest";
import { summary } from "../../../tools/test/summary.ts";

test("what failed, minutes and counts of each tier, and the sums alone on the last line", () => {
	const text = summary([
		{ tier: { name: "unit", budget: 1, needs: [] }, minutes: 0.84, passed: 120, failed: 0, skipped: 2, failures: [] },
		{
			tier: { name: "e2e", budget: 20, needs: [] },
			minutes: 12.31,
			passed: 0,
			failed: 1,
			skipped: 0,
			failures: ["test/e2e/a.test.ts: recovers\nleft: a rule"],
			problem: "no test ran\nmore",
		},
	]);
	expect(text.split("\n")).toEqual([
		"",
		"e2e: test/e2e/a.test.ts: recovers",
		"left: a rule",
		"",
		"tier  minutes  budget  passed  failed  skipped",
		"unit  0.8      1       120     0       2",
		"e2e   12.3     20      0       1       0        no test ran",
		"",
		"120 passed, 1 failed",
	]);
});
