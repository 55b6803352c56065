/**
 * Runs the tiers named as arguments (when none is named all but the nightly ones), brings up what each needs first, and ends with the
 * minutes and counts of each tier. Exit status 1 when any tier failed; the others still run. A tier that takes hours runs a sample
 * of its tests unless it is named; `--reduced` makes it one even so.
 */

import { runTiers } from "./runner.ts";
import { tiers } from "./tiers.ts";

const named = process.argv.slice(2).filter((argument) => !argument.startsWith("-"));
const unknown = named.filter((name) => !tiers.some((tier) => tier.name === name));
if (unknown.length > 0) {
	console.error(`no tier "${unknown.join('", "')}"; there are: ${tiers.map((tier) => tier.name).join(", ")}`);
	process.exit(2);
}
const whole = named.length > 0 && !process.argv.includes("--reduced");
process.exitCode = await runTiers(
	tiers.filter((tier) => (named.length === 0 ? !tier.nightly : named.includes(tier.name))),
	whole,
);
