import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { closeSync, existsSync, openSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How a command is run. */
export interface CommandOptions {
	/** What the command reads from its standard input. */
	input?: string;
	/** File descriptors that the command has as 3, 4, ... */
	descriptors?: number[];
	/** Milliseconds after which it is killed; default 10 000. */
	timeoutMs?: number;
}

/** A command that could not be started, was killed, or ended with a status other than 0. */
export class CommandError extends Error {
	override name = "CommandError";
	/** What it wrote to its standard error. */
	readonly stderr: string;

	constructor(message: string, stderr: string) {
		super(message);
		this.stderr = stderr;
	}
}

/**
 * Runs a program (no shell) and returns what it wrote to its standard output. Messages of the program are in English, whatever
 * the locale. Throws a CommandError.
 *
 * @example await command("nft", ["-j", "list", "tables"])
 */
export async function command(file: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
	const { input, descriptors = [], timeoutMs = 10_000 } = options;
	const stdin = input === undefined ? undefined : inMemory(input);
	return new Promise<string>((resolve, reject) => {
		const child = spawn(file, args, {
			stdio: [stdin ?? "ignore", "pipe", "pipe", ...descriptors],
			env: { ...process.env, LC_ALL: "C" },
			timeout: timeoutMs,
			killSignal: "SIGKILL",
		});
		const [, stdout, stderr] = child.stdio;
		const output: Buffer[] = [];
		const errors: Buffer[] = [];
		const fail = (what: string): void => {
			const said = Buffer.concat(errors).toString().trim();
			reject(new CommandError(`${[file, ...args].join(" ")}: ${what}${said === "" ? "" : `: ${said}`}`, said));
		};
		child.on("error", (error: NodeJS.ErrnoException) =>
			fail(error.code === "ENOENT" ? `${file} is not on the PATH` : error.message),
		);
		child.on("close", (status, signal) => {
			if (status === 0) resolve(Buffer.concat(output).toString());
			else if (signal) fail(`killed by ${signal} (it may take ${timeoutMs / 1000} s)`);
			else fail(`ended with status ${status}`);
		});
		stdout?.on("data", (chunk: Buffer) => output.push(chunk));
		stderr?.on("data", (chunk: Buffer) => errors.push(chunk));
	}).finally(() => {
		if (stdin !== undefined) closeSync(stdin);
	});
}

/**
 * A file in memory that holds a text, without a name, open for reading and writing: Node's pipes are sockets, which nft can't open
 * by name as its standard input, and which end whoever writes when the daemon has ended. The caller closes it.
 */
export function inMemory(text: string): number {
	const path = join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), `pulumi-chaos-${randomUUID()}`);
	const descriptor = openSync(path, "wx+", 0o600);
	try {
		unlinkSync(path);
		writeSync(descriptor, text, 0);
	} catch (error) {
		closeSync(descriptor);
		throw error;
	}
	return descriptor;
}
