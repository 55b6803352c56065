import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "../lib/paths.ts";
import { pulumiEnvironment } from "../pulumi/environment.ts";

const folder = join(root, ".pulumi-state", "demo");
const settings = join(folder, "Pulumi.dev.yaml");
const stackName = "dev";

/** What a user needs in the environment to go on with the demo's stack by hand. */
export const stackVariables = {
	PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
	PULUMI_CONFIG_PASSPHRASE: "demo",
};

/** Arguments that name the demo's stack and its settings, which are not those of the repository's Pulumi.dev.yaml. */
export const stackArguments = ["--stack", stackName, "--config-file", settings];

/** On a terminal the CLI shows its live display; elsewhere it says only what changes, without colours. */
const display = process.stdout.isTTY ? [] : ["--non-interactive", "--color=never"];
const progress = process.stdout.isTTY ? [] : ["--suppress-progress"];

/** Runs the CLI in `cwd` with its output on ours. Rejects when the CLI fails. */
async function pulumi(args: string[], cwd = root): Promise<void> {
	console.log(`$ pulumi ${args.filter((arg) => ![...stackArguments, ...progress].includes(arg)).join(" ")}`);
	const child = spawn("pulumi", [...args, ...display], {
		cwd,
		env: await pulumiEnvironment({ ...process.env, ...stackVariables }),
		stdio: ["ignore", "inherit", "inherit"],
	});
	const status = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
	if (status !== 0) throw new Error(`pulumi ${args[0]} ended with ${status}`);
}

/** Runs an operation on the demo's stack. */
export function operate(operation: "preview" | "up" | "refresh" | "destroy", ...more: string[]): Promise<void> {
	const yes = operation === "preview" ? [] : ["--yes", "--skip-preview"];
	return pulumi([operation, ...yes, ...more, ...progress, ...stackArguments]);
}

/** Sets configuration of the demo's stack. */
export async function configure(values: Record<string, string>): Promise<void> {
	const pairs = Object.entries(values).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
	await pulumi(["config", "set-all", ...pairs, ...stackArguments]);
}

/** Whether an earlier demo left its stack, because it was interrupted or told to keep it. */
export const stackExists = (): boolean => existsSync(folder);

/** Makes the stack on an embedded backend of its own. */
export async function makeStack(): Promise<void> {
	mkdirSync(join(folder, "state"), { recursive: true });
	// The CLI writes a new stack's settings beside Pulumi.yaml: not into the repository.
	copyFileSync(join(root, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
	await pulumi(["stack", "init", stackName], folder);
}

/** Forgets the stack; what it deployed has to be destroyed before. */
export function forgetStack(): void {
	rmSync(folder, { recursive: true, force: true });
}

/** Takes down what an earlier demo left. */
export async function clearStack(): Promise<void> {
	await pulumi(["cancel", "--yes", "--stack", stackName], folder);
	await operate("destroy");
	forgetStack();
}
