import { spawn } from "node:child_process";
import { root } from "../lib/paths.ts";

/** Runs a program in the repository's root with its output on ours; resolves to its exit status, a signal counting as 1. */
export function runCommand(file: string, fileArguments: string[], environment: NodeJS.ProcessEnv): Promise<number> {
	const child = spawn(file, fileArguments, { cwd: root, env: environment, stdio: "inherit" });
	return new Promise((resolve, reject) => {
		child.on("error", reject);
		child.on("close", (status) => resolve(status ?? 1));
	});
}
