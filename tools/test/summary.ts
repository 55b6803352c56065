import { tableLines } from "../lib/table.ts";
import type { Tier } from "./tiers.ts";

/** How many tests ended how. */
export interface Counts {
	passed: number;
	failed: number;
	skipped: number;
}

/** What became of one tier. */
export interface TierResult extends Counts {
	tier: Tier;
	/** Wall-clock minutes, with bringing up what the tier needs. */
	minutes: number;
	/** Why the tier counts as failed although no test failed. */
	problem?: string;
}

/** A table of minutes and counts, and as the last line the sums: `12 passed, 0 failed`. */
export function summary(results: TierResult[]): string {
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
	return ["", ...lines, "", `${sum("passed")} passed, ${sum("failed")} failed`].join("\n");
}
