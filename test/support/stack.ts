import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../tools/lib/paths.ts";
import { pulumiEnvironment } from "../../tools/pulumi/environment.ts";

/** What a CLI call printed and how it ended. */
export interface Outcome {
	status: number | null;
	signal: NodeJS.Signals | null;
	/** Standard output and standard error, as they came. */
	output: string;
	/** Standard output alone, for answers in JSON. */
	stdout: string;
}

/** A CLI call that runs. */
export interface Running {
	child: ChildProcess;
	/** All that it printed so far. */
	output(): string;
	ended: Promise<Outcome>;
}

/** What a stack is made of. */
export interface StackOptions {
	/** Folder of the program; it is copied, so that settings of one test never meet another's. */
	program: string;
	/** Name of the stack. */
	name?: string;
	/** `key` -> value; keys without a namespace belong to the project. */
	config?: Record<string, string>;
	/** Folder of an existing stack whose backend is shared, for two stacks side by side. */
	backend?: string;
	/** More environment for the CLI. */
	env?: Record<string, string>;
}

/** A stack of a program on an embedded backend of its own, driven by the real CLI as a user would from a terminal. */
export class Stack {
	readonly folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-"));
	readonly program = join(this.folder, "program");
	readonly backend: string;
	readonly name: string;
	readonly #env: Record<string, string>;

	private constructor(options: StackOptions) {
		this.name = options.name ?? "test";
		this.backend = options.backend ?? join(this.folder, "backend");
		mkdirSync(this.backend, { recursive: true });
		cpSync(options.program, this.program, { recursive: true, filter: (path) => !path.endsWith("node_modules") });
		symlinkSync(join(root, "node_modules"), join(this.program, "node_modules"));
		this.#env = {
			PULUMI_BACKEND_URL: `file://${this.backend}`,
			PULUMI_CONFIG_PASSPHRASE: "test",
			...options.env,
		};
	}

	/** Makes the stack and sets its configuration. */
	static async make(options: StackOptions): Promise<Stack> {
		const stack = new Stack(options);
		await stack.succeed("stack", "init", stack.name);
		await stack.configure(options.config ?? {});
		return stack;
	}

	/** Sets configuration values. */
	async configure(config: Record<string, string>): Promise<void> {
		const settings = Object.entries(config).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
		if (settings.length > 0) await this.succeed("config", "set-all", ...settings);
	}

	/** Starts the CLI in a process group of its own, as a terminal does, so that a test can send it what a key press sends. */
	async start(...args: string[]): Promise<Running> {
		const child = spawn("pulumi", [...args, "--non-interactive", "--color", "never"], {
			cwd: this.program,
			env: await pulumiEnvironment({ ...process.env, ...this.#env }),
			stdio: ["ignore", "pipe", "pipe"],
			detached: true,
		});
		let output = "";
		let stdout = "";
		child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
			output += chunk;
			stdout += chunk;
		});
		child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
			output += chunk;
		});
		const ended = new Promise<Outcome>((resolve, reject) => {
			child.on("error", reject);
			// Not "close": an orphan that holds the pipes must not hold the test.
			child.on("exit", (status, signal) => resolve({ status, signal, output, stdout }));
		});
		return { child, output: () => output, ended };
	}

	/** Runs the CLI to its end. */
	async run(...args: string[]): Promise<Outcome> {
		return (await this.start(...args)).ended;
	}

	/** Runs the CLI; resolves to its standard output, rejects with all that it printed when it fails. */
	async succeed(...args: string[]): Promise<string> {
		const { status, signal, output, stdout } = await this.run(...args);
		if (status !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${status ?? signal}:\n${output}`);
		return stdout;
	}

	up(...args: string[]): Promise<string> {
		return this.succeed("up", "--yes", "--skip-preview", ...args);
	}

	refresh(...args: string[]): Promise<string> {
		return this.succeed("refresh", "--yes", "--skip-preview", ...args);
	}

	destroy(...args: string[]): Promise<string> {
		return this.succeed("destroy", "--yes", "--skip-preview", ...args);
	}

	/** The outputs of the stack. */
	async outputs(): Promise<Record<string, unknown>> {
		return JSON.parse(await this.succeed("stack", "output", "--json", "--show-secrets"));
	}

	/** The exported state, as text. */
	exportState(): Promise<string> {
		return this.succeed("stack", "export");
	}

	/** Removes the folder; what the stack deployed has to be destroyed before. */
	remove(): void {
		rmSync(this.folder, { recursive: true, force: true });
	}
}
