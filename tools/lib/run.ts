import { spawn } from "node:child_process";

/** How to run a program. */
export interface RunOptions {
	/** Working folder. */
	readonly cwd?: string;
	/** The whole environment; that of this process when absent. */
	readonly env?: NodeJS.ProcessEnv;
	/** Text for its standard input; nothing when absent. */
	readonly input?: string;
}

/** A program ended with another code than 0, or could not be started. */
export class ProgramError extends Error {
	/** What it wrote to standard error. */
	readonly stderr: string;

	constructor(program: string, args: readonly string[], why: string, stderr: string) {
		const tail = stderr.trim().split("\n").slice(-20).join("\n  ");
		super(`${[program, ...args].join(" ")}: ${why}${tail === "" ? "" : `\n  ${tail}`}`);
		this.name = "ProgramError";
		this.stderr = stderr;
	}
}

/**
 * Runs a program to its end and returns its standard output.
 *
 * @throws ProgramError with the last lines of its standard error.
 */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
	return new Promise((resolve, reject) => {
		const child = spawn(program, args, { cwd: options.cwd, env: options.env, stdio: ["pipe", "pipe", "pipe"] });
		let stdout = "";
		let stderr = "";
		child.stdout.setEncoding("utf8").on("data", (text: string) => {
			stdout += text;
		});
		child.stderr.setEncoding("utf8").on("data", (text: string) => {
			stderr += text;
		});
		child.on("error", (error) => reject(new ProgramError(program, args, error.message, stderr)));
		child.on("close", (code, signal) => {
			if (code === 0) resolve(stdout);
			else reject(new ProgramError(program, args, signal ? `ended by ${signal}` : `exit code ${code}`, stderr));
		});
		// A program that ends without reading its input closes the pipe; its exit code tells what happened.
		child.stdin.on("error", () => {});
		child.stdin.end(options.input ?? "");
	});
}
