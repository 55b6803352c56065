import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../lib/paths.ts";
import { runCommand } from "./command.ts";
import type { Counts } from "./summary.ts";

/** What the JSON reporter writes, as far as it is read here. */
interface Report {
	numPassedTests: number;
	numFailedTests: number;
	numPendingTests: number;
	numTodoTests: number;
}

/** Runs one vitest project, its usual report on our output, and returns its counts. A run that ends badly counts at least one failure. */
export async function runVitest(project: string, environment: NodeJS.ProcessEnv): Promise<Counts> {
	const folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-report-"));
	const file = join(folder, "report.json");
	try {
		const status = await runCommand(
			process.execPath,
			[
				join(root, "node_modules/vitest/vitest.mjs"),
				"run",
				`--project=${project}`,
				"--passWithNoTests=false",
				"--reporter=default",
				"--reporter=json",
				`--outputFile.json=${file}`,
			],
			environment,
		);
		const counts = existsSync(file) ? countsOf(JSON.parse(readFileSync(file, "utf8"))) : noCounts;
		return status === 0 ? counts : { ...counts, failed: Math.max(1, counts.failed) };
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

const noCounts: Counts = { passed: 0, failed: 0, skipped: 0 };

function countsOf(report: Report): Counts {
	return {
		passed: report.numPassedTests,
		failed: report.numFailedTests,
		skipped: report.numPendingTests + report.numTodoTests,
	};
}
