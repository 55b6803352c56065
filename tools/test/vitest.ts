import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { root } from "../lib/paths.ts";
import { runCommand } from "./command.ts";
import type { Counts } from "./summary.ts";

/** What the JSON reporter writes, as far as it is read here. */
interface Report {
	numPassedTests: number;
	numFailedTests: number;
	numPendingTests: number;
	numTodoTests: number;
	testResults: {
		name: string;
		message: string;
		assertionResults: { fullName: string; status: string; failureMessages: string[] }[];
	}[];
}

/** Puts a command in front of another, such as the one that runs it in a throw-away machine which shares `folder`. */
export type Wrap = (folder: string, command: string[], environment: NodeJS.ProcessEnv) => string[];

/**
 * Runs one vitest project, its usual report on our output, and returns its counts. A run that ends badly counts at least one
 * failure.
 */
export async function runVitest(
	project: string,
	environment: NodeJS.ProcessEnv,
	wrap: Wrap = (_folder, command) => command,
): Promise<Counts> {
	const folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-report-"));
	const file = join(folder, "report.json");
	try {
		const command = [
			process.execPath,
			join(root, "node_modules/vitest/vitest.mjs"),
			"run",
			`--project=${project}`,
			"--passWithNoTests=false",
			"--reporter=default",
			"--reporter=json",
			`--outputFile.json=${file}`,
		];
		const [program = "", ...rest] = wrap(folder, command, environment);
		const status = await runCommand(program, rest, environment);
		const counts = existsSync(file) ? countsOf(JSON.parse(readFileSync(file, "utf8"))) : noCounts;
		return status === 0 ? counts : { ...counts, failed: Math.max(1, counts.failed) };
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

const noCounts: Counts = { passed: 0, failed: 0, skipped: 0, failures: [] };

function countsOf(report: Report): Counts {
	return {
		passed: report.numPassedTests,
		failed: report.numFailedTests,
		skipped: report.numPendingTests + report.numTodoTests,
		failures: report.testResults.flatMap(failuresOf),
	};
}

/** What failed in one file, or that the file itself could not be read. */
function failuresOf({ name, message, assertionResults }: Report["testResults"][number]): string[] {
	const file = relative(root, name);
	const failed = assertionResults.filter(({ status }) => status === "failed");
	if (failed.length === 0) return message === "" ? [] : [`${file}: ${message}`];
	return failed.map(({ fullName, failureMessages }) => `${file}: ${fullName}\n${failureMessages.join("\n")}`);
}
