/**
 * `npm run bench`: how long faults take, on pods that run. `-- simulated`: on thousands of pods that are only objects, with doubles
 * of daemons. Prints a table and what must hold, and writes `bench/results.json`; ends with 1 when something does not hold.
 * `-- --runs 5` times each case 5 times instead of 10. `-- accuracy`: how close what is done to a target is to what was asked for; writes
 * `docs/accuracy.md`.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../tools/lib/paths.ts";
import { lineProgress } from "../tools/lib/progress.ts";
import { meet } from "../tools/test/needs.ts";
import { type Bound, boundLines, holds } from "./bounds.ts";
import { type Result, replaced, resultLines } from "./result.ts";

const usage = "usage: npm run bench [-- [simulated] [--runs N]], npm run bench -- accuracy [subject ...]";
const file = join(root, "bench/results.json");

async function main(): Promise<void> {
	const { values, positionals } = parseArgs({ allowPositionals: true, options: { runs: { type: "string" } } });
	const [suite = "real", ...rest] = positionals;
	if (suite === "accuracy") return accuracy(rest);
	const runs = Number(values.runs ?? 10);
	if (rest.length > 0 || !["real", "simulated"].includes(suite) || !Number.isInteger(runs) || runs < 1)
		throw new Error(usage);
	const results: Result[] = [];
	try {
		const { bounds, notes } = await (suite === "real" ? real(runs, results) : simulated(runs, results));
		console.log(["", ...resultLines(results), "", ...notes, ...boundLines(bounds)].join("\n"));
		if (!bounds.every(holds)) process.exitCode = 1;
	} finally {
		// A run that breaks off in its last case has timed the others all the same.
		const before = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Result[]) : [];
		writeFileSync(file, `${JSON.stringify(replaced(before, results), null, "\t")}\n`);
	}
}

interface Outcome {
	bounds: Bound[];
	/** What else is to be said. */
	notes: string[];
}

await import("../tools/generate/sources-as-modules.ts");

async function accuracy(names: readonly string[]): Promise<void> {
	const { benchAccuracy, subjectNames } = await import("./accuracy/main.ts");
	if (!names.every((name) => subjectNames.includes(name)))
		throw new Error(`${usage}; subjects are ${subjectNames.join(", ")}`);
	const off = await benchAccuracy(names.length > 0 ? names : subjectNames, console.log);
	console.log(["", ...off].join("\n"));
	if (off.length > 0) process.exitCode = 1;
}

async function real(runs: number, results: Result[]): Promise<Outcome> {
	Object.assign(process.env, await meet(["dist", "pulumi", "cluster", "images"]));
	const { benchReal } = await import("./real.ts");
	return { bounds: await benchReal(runs, lineProgress(), results), notes: [] };
}

async function simulated(runs: number, results: Result[]): Promise<Outcome> {
	Object.assign(process.env, await meet(["cluster"]));
	const { benchSimulated } = await import("./simulated.ts");
	return benchSimulated(runs, lineProgress(), results);
}

try {
	await main();
} catch (error) {
	const { errorText } = await import("../api/log.ts");
	console.error(errorText(error));
	process.exitCode = 1;
}
