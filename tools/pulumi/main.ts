/**
 * `npm run -s pulumi -- <arguments>` runs the Pulumi CLI with these arguments, getting one first when there is none;
 * `npm run -s pulumi -- --path` prints the folders to put first on PATH and nothing else.
 */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { delimiter } from "node:path";
import { say } from "../lib/progress.ts";
import { pulumiEnvironment, pulumiPath } from "./environment.ts";

/** Runs the CLI in the folder that npm was called from; npm itself changes to the folder of package.json. */
async function runCli(cliArguments: string[]): Promise<number> {
	const child = spawn("pulumi", cliArguments, {
		stdio: "inherit",
		cwd: process.env["INIT_CWD"] ?? process.cwd(),
		env: await pulumiEnvironment(process.env),
	});
	// The terminal sends Ctrl-C to the whole group: the CLI decides what it means, and this process waits for it.
	process.on("SIGINT", () => {});
	process.on("SIGTERM", () => child.kill("SIGTERM"));
	return new Promise((resolve, reject) => {
		child.on("error", reject);
		child.on("close", (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
	});
}

const given = process.argv.slice(2);
try {
	if (given.length === 1 && given[0] === "--path") console.log((await pulumiPath()).join(delimiter));
	else process.exitCode = await runCli(given);
} catch (error) {
	say(error instanceof Error ? error.message : String(error));
	process.exitCode = 1;
}
