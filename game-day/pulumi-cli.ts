import { type ChildProcess, execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import type { PulumiCommand } from "@pulumi/pulumi/automation";

/** What a run of the CLI came to. */
interface Outcome {
	stdout: string;
	stderr: string;
	code: number;
}

/** A run of the CLI that has failed. */
export class PulumiFailed extends Error {
	override readonly name = "PulumiFailed";
	/** What it has printed of errors. */
	readonly stderr: string;
	/** Whether it had got to a resource of the stack, which it does only when it has locked it. */
	begun = false;

	constructor(what: string, { code, stderr }: Omit<Outcome, "stdout">) {
		super(`"pulumi ${what}" ended with ${code}: ${lastLines(stderr)}`);
		this.stderr = stderr;
	}

	/** Whether the stack was locked, so that nothing was done. A program may print such words as well. */
	get locked(): boolean {
		return !this.begun && /currently locked by|Another update is currently in progress/.test(this.stderr);
	}

	/** Whether there is no such stack. */
	get noStack(): boolean {
		return /no stack named .* found/.test(this.stderr);
	}
}

/** What is asked of a running CLI so that it ends, and how long each is given, in milliseconds. */
export interface Patience {
	/** From the first SIGINT, which lets what is under way come to its end, to the second, which gives it up. */
	secondMs: number;
	/** From there to SIGKILL. */
	killMs: number;
}

/** How long the output is waited for once the CLI is gone, in milliseconds. */
const farewellMs = 2000;

/** What users get: a fault that is nearly in place gets in place, and is recovered in the ordinary way. */
const patience: Patience = { secondMs: 10_000, killMs: 30_000 };

/**
 * The `pulumi` on PATH for the Automation API. It runs in a process group of its own: a terminal sends Ctrl-C to all processes of its
 * group, and a recovery must not be ended by the Ctrl-C that has begun it.
 */
export class PulumiCli {
	/** Whether a run was killed, so that it may have left the stack locked. */
	killed = false;
	readonly command = "pulumi";
	/** As the Automation API asks for it; it only reads the text. */
	readonly version: PulumiCommand["version"];
	private readonly patience: Patience;
	private readonly running = new Set<ChildProcess>();

	private constructor(version: string, given: Patience) {
		this.version = { toString: () => version } as PulumiCommand["version"];
		this.patience = given;
	}

	/** Looks for it in this environment; rejects when there is none. */
	static async find(environment: Record<string, string>, given: Patience = patience): Promise<PulumiCli> {
		const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true", ...environment };
		try {
			const { stdout } = await promisify(execFile)("pulumi", ["version"], { env });
			return new PulumiCli(stdout.trim().replace(/^v/, ""), given);
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
			throw new Error("there is no pulumi on PATH; install it: https://www.pulumi.com/docs/install");
		}
	}

	/** Runs a command line; the Automation API calls it. Rejects with {@link PulumiFailed} unless it ends with 0. */
	async run(
		args: string[],
		cwd: string,
		environment: Record<string, string>,
		onOutput?: (text: string) => void,
		onError?: (text: string) => void,
		signal?: AbortSignal,
	): Promise<Outcome> {
		const unread = unreadAnswer(args);
		if (unread !== undefined) return { stdout: unread, stderr: "", code: 0 };
		const child = spawn(this.command, [...args, ...(args.includes("--non-interactive") ? [] : ["--non-interactive"])], {
			cwd,
			env: { ...process.env, ...environment, PULUMI_AUTOMATION_API: "true" },
			stdio: ["ignore", "pipe", "pipe"],
			detached: true,
		});
		this.running.add(child);
		const stop = (): void => this.stop(child);
		signal?.addEventListener("abort", stop, { once: true });
		if (signal?.aborted) stop();
		try {
			const outcome = await ended(child, onOutput, onError);
			if (outcome.code === 0) return outcome;
			throw new PulumiFailed(args[0] ?? "", outcome);
		} finally {
			signal?.removeEventListener("abort", stop);
			this.running.delete(child);
		}
	}

	/** Sends SIGINT to what runs: nobody waits for it any more. */
	interrupt(): void {
		for (const child of this.running) child.kill("SIGINT");
	}

	private stop(child: ChildProcess): void {
		const later = (ms: number, signal: NodeJS.Signals): NodeJS.Timeout =>
			setTimeout(() => {
				this.killed = true;
				child.kill(signal);
			}, ms);
		child.kill("SIGINT");
		const { secondMs, killMs } = this.patience;
		const timers = [later(secondMs, "SIGINT"), later(secondMs + killMs, "SIGKILL")];
		child.once("exit", () => timers.forEach(clearTimeout));
	}
}

/**
 * The answer to what the Automation API asks after each operation and nobody here reads: the outputs of the stack, secrets among
 * them, and its history, for which the CLI would write settings beside the program when those of the stack are elsewhere.
 */
function unreadAnswer([command, what]: readonly string[]): string | undefined {
	if (command !== "stack") return undefined;
	return { output: "{}", history: "[]" }[what ?? ""];
}

function ended(
	child: ChildProcess,
	onOutput: (text: string) => void = () => {},
	onError: (text: string) => void = () => {},
): Promise<Outcome> {
	const outcome: Outcome = { stdout: "", stderr: "", code: 0 };
	child.stdout?.setEncoding("utf8").on("data", (text: string) => {
		outcome.stdout += text;
		onOutput(text);
	});
	child.stderr?.setEncoding("utf8").on("data", (text: string) => {
		outcome.stderr += text;
		onError(text);
	});
	return new Promise((resolve, reject) => {
		const end = (code: number | null): void => resolve({ ...outcome, code: code ?? -1 });
		child.on("error", reject);
		child.on("close", end);
		// What a CLI that was killed has started may hold its output for longer.
		child.on("exit", (code) => setTimeout(end, farewellMs, code).unref());
	});
}

/** The end of an output, on one line: that is where the CLI says why. */
function lastLines(text: string): string {
	return text.trim().split("\n").slice(-3).join(" ").replaceAll(/\s+/g, " ").slice(-500);
}
