import { join } from "node:path";
import { root } from "../lib/paths.ts";
import { runCommand } from "./command.ts";
import type { Counts } from "./summary.ts";

/** Runs the linter, the type checker and the check of generated files, all even when one fails; each counts as one test. */
export async function runLinters(environment: NodeJS.ProcessEnv): Promise<Counts> {
	const commands: [string, string[]][] = [
		[join(root, "node_modules/.bin/biome"), ["ci", "."]],
		[process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "--noEmit", "--project", "tsconfig.json"]],
		[process.execPath, [join(root, "tools/generate/main.ts"), "--check"]],
	];
	const statuses: number[] = [];
	for (const [file, fileArguments] of commands) statuses.push(await runCommand(file, fileArguments, environment));
	const failed = statuses.filter((status) => status !== 0).length;
	return { passed: statuses.length - failed, failed, skipped: 0, failures: [] };
}
