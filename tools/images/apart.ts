import { type RunOptions, run } from "../lib/run.ts";

/**
 * Runs a program in process and mount namespaces of its own. When this process is killed, the program and all its children
 * are killed too and nothing stays mounted, so that the next run finds nobody at work on its files. Needs root.
 */
export function runApart(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
	const apart = ["unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc"];
	return run("setpriv", ["--pdeathsig", "KILL", ...apart, program, ...args], options);
}
