import { runLinters } from "./linters.ts";
import { meet } from "./needs.ts";
import { summary, type TierResult } from "./summary.ts";
import type { Tier } from "./tiers.ts";
import { runVitest } from "./vitest.ts";

/**
 * Runs `tiers` one after another, each after what it needs is there, and prints a table and the sums at the end. Returns the
 * exit status: 1 when anything failed, when a need could not be met, or when a tier ran no test; the other tiers still run.
 *
 * @param whole - runs all tests of those tiers that otherwise run a sample
 */
export async function runTiers(tiers: Tier[], whole = false): Promise<number> {
	const results: TierResult[] = [];
	for (const tier of tiers) {
		console.error(`\n== ${tier.name}`);
		const result = await runTier(tier, whole);
		if (result.problem !== undefined) console.error(`${tier.name}: ${result.problem}`);
		results.push(result);
	}
	console.log(summary(results));
	return results.some((result) => result.failed > 0) ? 1 : 0;
}

async function runTier(tier: Tier, whole: boolean): Promise<TierResult> {
	const started = Date.now();
	const timed = () => ({ tier, minutes: (Date.now() - started) / 60_000 });
	try {
		const environment = { ...(await meet(tier.needs)), ...(whole && { PULUMI_CHAOS_WHOLE: "1" }) };
		const counts =
			tier.name === "lint" ? await runLinters(environment) : await runVitest(tier.name, environment, tier.wrap);
		if (counts.passed + counts.failed > 0) return { ...timed(), ...counts };
		return { ...timed(), ...counts, failed: 1, problem: "no test ran" };
	} catch (error) {
		const problem = error instanceof Error ? error.message : String(error);
		return { ...timed(), passed: 0, failed: 1, skipped: 0, failures: [], problem };
	}
}
