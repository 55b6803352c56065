import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { PulumiCli, PulumiFailed } from "../../game-day/pulumi-cli.ts";

/** Longer than any machine takes, and so short that nobody waits for it. */
const [long, short] = [30_000, 100];
let folder: string;
let environment: Record<string, string>;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-cli-"));
	environment = { PATH: [folder, process.env["PATH"]].join(delimiter) };
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A CLI that runs the script after it has said its version. */
async function cli(script: string, patience = { secondMs: long, killMs: long }): Promise<PulumiCli> {
	const text = `#!/bin/sh\nif [ "$1" = version ]; then echo v3.4.5; exit; fi\n${script}\n`;
	writeFileSync(join(folder, "pulumi"), text, { mode: 0o755 });
	return await PulumiCli.find(environment, patience);
}

const run = (found: PulumiCli, signal?: AbortSignal, onOutput?: (text: string) => void) =>
	found.run(["up"], folder, environment, onOutput, undefined, signal);

it("runs the CLI of the given environment, in a process group of its own", async () => {
	const found = await cli('echo "$@ $PULUMI_AUTOMATION_API"; ps -o pgid= -p $$ | tr -d " "; echo $$');
	expect(String(found.version)).toBe("3.4.5");
	const [said, group, pid] = (await run(found)).stdout.trim().split("\n");
	expect(said).toBe("up --non-interactive true");
	expect(group).toBe(pid);
});

it("says where to get one when there is none", async () => {
	await expect(PulumiCli.find({ PATH: folder })).rejects.toThrow(/^there is no pulumi on PATH; install it: https:/);
});

it("says how a run has failed, by the end of its output", async () => {
	const found = await cli("echo fine; echo 'error: the stack is currently locked by 1 lock(s)' >&2; exit 255");
	const error = await run(found).catch((thrown: unknown) => thrown);
	expect(error).toBeInstanceOf(PulumiFailed);
	expect(error).toMatchObject({
		message: '"pulumi up" ended with 255: error: the stack is currently locked by 1 lock(s)',
		locked: true,
		noStack: false,
	});
	expect(
		await run(await cli("echo \"error: no stack named 'x' found\" >&2; exit 1")).catch((thrown: unknown) => thrown),
	).toMatchObject({
		noStack: true,
		locked: false,
	});
});

it("takes all of a long output, and waits for nobody who only holds on to it", async () => {
	const long = await cli("head -c 3000000 /dev/zero | tr '\\0' x");
	expect((await run(long)).stdout).toHaveLength(3_000_000);
	const held = await cli("sleep 60 & echo $!");
	const { stdout } = await run(held);
	process.kill(Number(stdout), "SIGKILL");
});

/** Runs a script that says when it is ready, and aborts then. */
async function stopped(
	script: string,
	secondMs: number,
	killMs: number,
): Promise<{ found: PulumiCli; error: unknown }> {
	const found = await cli(script, { secondMs, killMs });
	const controller = new AbortController();
	const error = await run(found, controller.signal, () => controller.abort()).catch((thrown: unknown) => thrown);
	return { found, error };
}

it("lets a run that is to stop come to its end, then gives it up, then kills it", async () => {
	const once = await stopped("trap 'exit 3' INT; echo ready; while :; do sleep 0.02; done", long, long);
	expect(once.error).toMatchObject({ message: expect.stringContaining("ended with 3") });
	expect(once.found.killed).toBe(false);

	const twice = await stopped(
		"n=0; trap 'n=$((n+1)); [ $n = 2 ] && exit 4' INT; echo ready; while :; do sleep 0.02; done",
		short,
		long,
	);
	expect(twice.error).toMatchObject({ message: expect.stringContaining("ended with 4") });
	expect(twice.found.killed).toBe(true);

	const never = await stopped("trap '' INT; echo ready; while :; do sleep 0.02; done", short, short);
	expect(never.error).toMatchObject({ message: expect.stringContaining("ended with -1") });
	expect(never.found.killed).toBe(true);
});

it("interrupts what runs when nobody waits for it any more", async () => {
	const found = await cli("trap 'exit 5' INT; echo ready; while :; do sleep 0.02; done");
	await expect(run(found, undefined, () => found.interrupt())).rejects.toThrow("ended with 5");
});

it("does not ask for what nobody reads, which would be secrets and settings beside the program", async () => {
	const found = await cli("exit 9");
	const args = ["stack", "output", "--json", "--show-secrets"];
	expect((await found.run(args, folder, environment)).stdout).toBe("{}");
	expect((await found.run(["stack", "history", "--json"], folder, environment)).stdout).toBe("[]");
	await expect(found.run(["stack", "select"], folder, environment)).rejects.toThrow("ended with 9");
});
