import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allPids, commandLine, environmentOf } from "../../tools/lib/procfs.ts";
import { pulumiEnvironment } from "../../tools/pulumi/environment.ts";

/** How one run of the CLI ended. `output` is standard output and standard error in the order of arrival. */
export interface Outcome {
	status: number | null;
	stdout: string;
	output: string;
}

/** A run of the CLI that goes on. */
export interface Running {
	/** Leads a process group, so that `process.kill(-pid, "SIGINT")` is what a terminal sends on Ctrl-C. */
	child: ChildProcess;
	/** What it printed so far. */
	output(): string;
	/** Settles when the CLI itself has ended; an orphan of it that holds its output does not matter. */
	ended: Promise<Outcome>;
}

/** One resource of an exported stack, as far as tests look at it. */
export interface StateResource {
	urn: string;
	type: string;
	id?: string;
	inputs?: Record<string, unknown>;
	outputs?: Record<string, unknown>;
}

/**
 * A stack of one Pulumi program. State, configuration and passphrase live in a temporary folder; nothing is written next to
 * the program. Call {@link Stack.dispose} at the end: it destroys nothing, it only removes that folder.
 */
export class Stack {
	readonly name: string;
	readonly program: string;
	/** State and settings of the stack. */
	readonly folder: string;
	/** What the CLI runs with. */
	readonly environment: NodeJS.ProcessEnv;

	private constructor(name: string, program: string, folder: string, environment: NodeJS.ProcessEnv) {
		this.name = name;
		this.program = program;
		this.folder = folder;
		this.environment = environment;
	}

	/**
	 * Makes the stack `name` for the program in the folder `program`.
	 * @param config plain configuration values; add `project:` to a key of another namespace
	 * @param extra environment variables on top of this process's own
	 */
	static async create(
		program: string,
		name: string,
		config: Record<string, string> = {},
		extra: NodeJS.ProcessEnv = {},
	): Promise<Stack> {
		const folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-stack-"));
		mkdirSync(join(folder, "state"));
		mkdirSync(join(folder, "project"));
		// `stack init` writes the stack's file beside Pulumi.yaml, so it runs next to a copy of that.
		copyFileSync(join(program, "Pulumi.yaml"), join(folder, "project", "Pulumi.yaml"));
		const stack = await Stack.open(program, name, folder, extra);
		try {
			await stack.must(["stack", "init", name], stack.project());
			const values = Object.entries(config).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
			if (values.length > 0) await stack.must(["config", "set-all", ...stack.own(), ...values], program);
			return stack;
		} catch (error) {
			stack.dispose();
			throw error;
		}
	}

	/** A stack that another process has made in `folder`. */
	static async open(program: string, name: string, folder: string, extra: NodeJS.ProcessEnv = {}): Promise<Stack> {
		const environment = await pulumiEnvironment({
			...process.env,
			PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
			PULUMI_CONFIG_PASSPHRASE: "only-a-test",
			...extra,
		});
		return new Stack(name, program, folder, environment);
	}

	/** Sets one plain configuration value; with `--path` a value inside an object. */
	async configure(key: string, value: string, ...more: "--path"[]): Promise<void> {
		await this.must(["config", "set", "--plaintext", ...more, ...this.own(), key, "--", value], this.program);
	}

	/** Runs `up`, `preview`, `refresh` or `destroy` on this stack, without questions, and returns how it ended. */
	async run(operation: "up" | "preview" | "refresh" | "destroy", ...more: string[]): Promise<Outcome> {
		const quiet = operation === "preview" ? [] : ["--yes", "--skip-preview"];
		return await this.cli([operation, ...quiet, ...this.own(), ...more], this.program);
	}

	/** As {@link run}, for a test that interferes while it runs. */
	start(operation: "up" | "preview" | "refresh" | "destroy", ...more: string[]): Running {
		return this.launch([operation, "--yes", "--skip-preview", ...this.own(), ...more], this.program, true);
	}

	/** Unlocks the stack after a run that was killed. */
	async cancel(): Promise<void> {
		await this.must(["cancel", "--yes", "--stack", this.name], this.project());
	}

	/** As {@link run}; rejects with the whole output unless the CLI ends with 0. */
	async ok(operation: "up" | "preview" | "refresh" | "destroy", ...more: string[]): Promise<Outcome> {
		return succeeded(operation, await this.run(operation, ...more));
	}

	/** The resources in the state, with secrets in plain text. */
	async resources(): Promise<StateResource[]> {
		const { stdout } = await this.must(["stack", "export", "--show-secrets", "--stack", this.name], this.project());
		return (JSON.parse(stdout) as { deployment: { resources?: StateResource[] } }).deployment.resources ?? [];
	}

	/** The state file as it lies on disk, with secrets encrypted. */
	async exported(): Promise<string> {
		return (await this.must(["stack", "export", "--stack", this.name], this.project())).stdout;
	}

	/**
	 * Orphans: processes that a run of this stack started and that still live. The language host of the bare machine is an old
	 * one that does not notice the end of a CLI which was killed; the provider is ours and must.
	 */
	orphans(): number[] {
		return this.processes().filter((pid) => !commandLine(pid)[0]?.endsWith("pulumi-language-nodejs"));
	}

	/** All processes that a run of this stack started and that still live: their environment names the folder. */
	processes(): number[] {
		return allPids().filter((pid) => environmentOf(pid).some((variable) => variable.includes(this.folder)));
	}

	/** Ends what still runs and removes the temporary folder. */
	dispose(): void {
		for (const pid of this.processes()) process.kill(pid, "SIGKILL");
		rmSync(this.folder, { recursive: true, force: true });
	}

	/** The file of the stack's settings. */
	get configFile(): string {
		return join(this.project(), `Pulumi.${this.name}.yaml`);
	}

	private own(): string[] {
		return ["--stack", this.name, "--config-file", this.configFile];
	}

	private project(): string {
		return join(this.folder, "project");
	}

	private async must(cliArguments: string[], folder: string): Promise<Outcome> {
		return succeeded(cliArguments.join(" "), await this.cli(cliArguments, folder));
	}

	private cli(cliArguments: string[], folder: string): Promise<Outcome> {
		return this.launch(cliArguments, folder, false).ended;
	}

	private launch(cliArguments: string[], folder: string, detached: boolean): Running {
		const child = spawn("pulumi", ["--non-interactive", "--color=never", ...cliArguments], {
			cwd: folder,
			env: this.environment,
			stdio: ["ignore", "pipe", "pipe"],
			detached,
		});
		const outcome: Outcome = { status: null, stdout: "", output: "" };
		child.stdout.setEncoding("utf8").on("data", (text: string) => {
			outcome.stdout += text;
			outcome.output += text;
		});
		child.stderr.setEncoding("utf8").on("data", (text: string) => {
			outcome.output += text;
		});
		const ended = new Promise<Outcome>((resolve, reject) => {
			child.on("error", reject);
			child.on(detached ? "exit" : "close", (status) => resolve({ ...outcome, status }));
		});
		return { child, output: () => outcome.output, ended };
	}
}

function succeeded(what: string, outcome: Outcome): Outcome {
	if (outcome.status === 0) return outcome;
	throw new Error(`pulumi ${what} ended with ${outcome.status}:\n${outcome.output}`);
}
