import { spawn } from "node:child_process";
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, expect, it } from "vitest";
import { kubeconfigPath } from "../../tools/cluster/cluster.ts";
import { root } from "../../tools/lib/paths.ts";
import { networkChaos } from "../support/kubernetes.ts";
import { Stack } from "../support/stack.ts";
import { tablesLeft } from "../support/tables.ts";

const open: { folder: string; stack: Stack }[] = [];
afterEach(async () => {
	for (const { folder, stack } of open.splice(0)) {
		await stack.ok("destroy");
		stack.dispose();
		rmSync(folder, { recursive: true, force: true });
	}
});

interface Ended {
	status: number | null;
	stdout: string;
	stderr: string;
}

/** The example as a user has it: a folder with the settings of a stack in it, beside the package. */
async function copy(config: Record<string, string> = {}): Promise<{ folder: string; stack: Stack }> {
	const folder = mkdtempSync(join(root, "examples", ".game-day-"));
	cpSync(join(root, "examples", "game-day"), folder, { recursive: true });
	const stack = await Stack.create(folder, "staging", { "pulumi-chaos:kubeconfig": kubeconfigPath(), ...config });
	copyFileSync(stack.configFile, join(folder, "Pulumi.staging.yaml"));
	open.push({ folder, stack });
	return { folder, stack };
}

/** Runs a script of the repository as a command in the copy. */
function run(script: string, args: string[], { folder, stack }: { folder: string; stack: Stack }): Promise<Ended> {
	const child = spawn(process.execPath, [join(root, script), ...args], { cwd: folder, env: stack.environment });
	const texts = Promise.all([text(child.stdout), text(child.stderr)]);
	return new Promise((resolve, reject) => {
		child.on("error", reject);
		child.on("close", async (status) => {
			const [stdout, stderr] = await texts;
			resolve({ status, stdout, stderr });
		});
	});
}
const gameDay = (...args: string[]) => ["game-day", ".", "--stack", "staging", "--yes", ...args];

it("passes as a step of a pipeline, prints a line a step, writes its reports, and leaves nothing", async () => {
	const place = await copy();
	const reports = ["--junit", "game-day.xml", "--markdown", "game-day.md"];
	const { status, stdout, stderr } = await run("dist/cli/main.mjs", gameDay("--hold", "10s", ...reports), place);
	expect({ status, stderr }, stdout).toEqual({ status: 0, stderr: "" });
	expect(stdout.split("\n").map((line) => line.slice(0, 24).trim().replaceAll(/ +/g, " "))).toEqual([
		"preview done",
		"approval done",
		"injection done",
		"hold done",
		"recovery done",
		"game day passed",
		"",
	]);
	expect(stdout).toMatch(/NetworkChaos "default\/slow-back-end-\w+" would hit 6 of 9 pods in namespace shop/);
	const report = (name: string) => readFileSync(join(place.folder, name), "utf8");
	expect(report("game-day.xml")).toContain('tests="4" failures="0" errors="0" skipped="0"');
	expect(report("game-day.md")).toContain("| NetworkChaos slow-back-end |");
	expect(await networkChaos.all()).toEqual([]);
	expect(tablesLeft()).toEqual([]);
});

it("ends at once when users are not served, and says so by its exit code", async () => {
	const place = await copy({ latency: "3s" });
	const { status, stdout } = await run("dist/cli/main.mjs", gameDay("--hold", "5m"), place);
	expect(status, stdout).toBe(1);
	expect(stdout).toMatch(/\ngame day +aborted .*slow-back-end: probe "users-are-served" has failed 2 times in a row/);
	expect(await networkChaos.all()).toEqual([]);
	expect(tablesLeft()).toEqual([]);
});

it("is a test of vitest", async () => {
	const { status, stdout, stderr } = await run("node_modules/vitest/vitest.mjs", ["run", "--root", "."], await copy());
	expect(status, stdout + stderr).toBe(0);
	expect(await networkChaos.all()).toEqual([]);
});
