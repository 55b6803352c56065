import { tableLines } from "../lib/table.ts";
import type { Tier } from "./tiers.ts";

/** How many tests ended how. */
export interface Counts {
	passed: number;
	failed: number;
	skipped: number;
	/** A text for each test that failed: its file, its name, and what it said. */
	failures: string[];
}

/** What became of one tier. */
export interface TierResult extends Counts {
	tier: Tier;
	/** Wall-clock minutes, with bringing up what the tier needs. */
	minutes: number;
	/** Why the tier counts as failed although no test failed. */
	problem?: string;
}

/**
 * What failed, a table of minutes and counts, and as the last line the sums: `12 passed, 0 failed`. The failures stand here once
 * more because who reads the end of a long record of a run may not have its middle.
 */
export function summary(results: TierResult[]): string {
	const failures = results.flatMap(({ tier, failures }) => failures.map((failure) => `${tier.name}: ${failure}\n`));
	const rows = results.map(({ tier, minutes, passed, failed, skipped, problem }) => [
		tier.name,
		minutes.toFixed(1),
		String(tier.budget),
		String(passed),
		String(failed),
		String(skipped),
		problem === undefined ? "" : (problem.split("\n")[0] ?? ""),
	]);
	const lines = tableLines([["tier", "minutes", "budget", "passed", "failed", "skipped", ""], ...rows]);
	const sum = (count: "passed" | "failed") => results.reduce((total, result) => total + result[count], 0);
	return ["", ...failures, ...lines, "", `${sum("passed")} passed, ${sum("failed")} failed`].join("\n");
}
