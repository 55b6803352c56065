import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { root } from "../../tools/lib/paths.ts";
import { PulumiDouble } from "../game-day/pulumi-double.ts";

let pulumi: PulumiDouble;
beforeEach(() => {
	pulumi = new PulumiDouble();
});
afterEach(() => pulumi.dispose());

/** Starts a game day that holds its faults until it is told to stop. */
function start(): { child: ChildProcessWithoutNullStreams; ended: Promise<number | null> } {
	const line = ["game-day", pulumi.folder, "--stack", "dev", "--yes", "--hold", "10m", "--markdown", summary()];
	const child = spawn(process.execPath, [join(root, "dist/cli/main.mjs"), ...line], {
		env: { ...process.env, ...pulumi.environment },
	});
	return { child, ended: new Promise((resolve) => child.on("exit", resolve)) };
}

const summary = (): string => join(pulumi.folder, "summary.md");

/** Resolves when the faults are in place. */
async function holds({ stdout }: ChildProcessWithoutNullStreams): Promise<void> {
	const texts = stdout.setEncoding("utf8").iterator({ destroyOnReturn: false });
	for await (const text of texts) if (/injection +done/.test(text)) return;
}

it.each([
	["by Ctrl-C that has also ended whoever read its output", "SIGINT"],
	["by the end of its terminal", "SIGHUP"],
] as const)("recovers when it is ended %s", async (_, signal) => {
	const { child, ended } = start();
	await holds(child);
	child.stdout.destroy();
	child.stderr.destroy();
	child.kill(signal);
	expect(await ended).toBe(3);
	expect(pulumi.operations).toEqual(["preview", "up", "destroy"]);
	expect(readFileSync(summary(), "utf8")).toContain(`ended by ${signal}`);
});

it("ends with the status of an error, not of a system that has not borne it, when it can't even begin", () => {
	// Without what stands beside it in the package.
	const command = join(pulumi.folder, "cli/main.mjs");
	cpSync(join(root, "dist/cli/main.mjs"), command);
	const { status, stderr } = spawnSync(process.execPath, [command, "game-day", ".", "--stack", "dev"], {
		encoding: "utf8",
	});
	expect(stderr).toContain("ERR_MODULE_NOT_FOUND");
	expect(status).toBe(4);
});
