import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { root } from "../../tools/lib/paths.ts";
import { GameDayStage } from "../support/game-day-stage.ts";
import { heavy } from "../support/heavy.ts";
import { eventually } from "../support/kubernetes.ts";

let stage: GameDayStage;

beforeEach(async () => {
	stage = await GameDayStage.start();
});

afterEach(() => stage.end());

const junit = (): string => readFileSync(join(stage.folder, "junit.xml"), "utf8");

/** Starts `pulumi-chaos game-day` on the stack. */
function start(...more: string[]): { child: ChildProcess; output(): string; ended: Promise<number | null> } {
	const given = [stage.stack.program, "--stack", stage.stack.name, "--config-file", stage.stack.configFile, ...more];
	const command = [join(root, "dist/cli/main.mjs"), "game-day", ...given];
	const reports = ["--junit", join(stage.folder, "junit.xml"), "--markdown", join(stage.folder, "summary.md")];
	// A group of its own, as a shell gives to what it runs.
	const child = spawn(process.execPath, [...command, ...reports], { env: stage.stack.environment, detached: true });
	let output = "";
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding("utf8").on("data", (text: string) => {
			output += text;
		});
	}
	return { child, output: () => output, ended: new Promise((resolve) => child.on("close", resolve)) };
}

/** What a terminal does on Ctrl-C. */
const interrupt = ({ pid = 0 }: ChildProcess): void => {
	process.kill(-pid, "SIGINT");
};

heavy("runs it as a step of a pipeline, and writes its reports", async () => {
	const { ended, output } = start("--yes", "--hold", "0");
	expect(await ended, output()).toBe(0);
	expect(output()).toMatch(/\ngame day +passed +[\d.]+s\n$/);
	expect(junit()).toContain('<testsuites tests="3" failures="0" errors="0" skipped="0"');
	expect(readFileSync(join(stage.folder, "summary.md"), "utf8")).toContain(
		"### Game day guarded-partition/dev: passed",
	);
	for (const text of [output(), junit()]) expect(text).not.toContain(GameDayStage.secret);
	expect(await stage.left()).toEqual([]);
});

heavy("makes nothing without --yes where there is no terminal", async () => {
	const { ended, output } = start();
	expect(await ended, output()).toBe(5);
	expect(output()).toContain("there is no terminal to ask at; approve with --yes");
	expect(stage.made()).toEqual([]);
});

heavy.each([
	["n", "n\n"],
	["Ctrl-D", "\u0004"],
])("asks at a terminal, which shows what goes on, and takes %s for a no", async (_, keys) => {
	const given = [stage.stack.program, "--stack", stage.stack.name, "--config-file", stage.stack.configFile];
	const line = [process.execPath, join(root, "dist/cli/main.mjs"), "game-day", ...given].join(" ");
	const child = spawn("script", ["--quiet", "--return", "--command", line, "/dev/null"], {
		env: stage.stack.environment,
	});
	let output = "";
	child.stdout.setEncoding("utf8").on("data", (text: string) => {
		output += text;
		if (text.includes("(y/N)")) child.stdin.write(keys);
	});
	expect(await new Promise((resolve) => child.on("close", resolve)), output).toBe(5);
	const drawn = output.replaceAll("\r\x1b[2K", "<again>");
	expect(drawn).toMatch(/<again>preview +\.\.\. .*<again>preview +done .* would hit 2 of 2 pods/s);
	expect(output).toMatch(/Inject these faults\? \(y\/N\) .*approval +refused .*game day +not approved/s);
	expect(stage.keys()).toEqual([]);
});

it("recovers on SIGINT during the hold", async () => {
	const { child, ended, output } = start("--yes", "--hold", "10m");
	await eventually("it holds", () => output().includes("injection  done"), 120);
	interrupt(child);
	expect(await ended, output()).toBe(3);
	expect(output()).toMatch(/hold +cut short .*\nrecovery +done .*\ngame day +inconclusive .*ended by SIG/);
	expect(await stage.left()).toEqual([]);
});

heavy("gives up a fault that does not get in place on Ctrl-C, and recovers", async () => {
	stage.server.cluster.reconcile = () => {};
	const { child, ended, output } = start("--yes", "--hold", "10m");
	await eventually("it injects", () => stage.keys().length === 1, 120);
	interrupt(child);
	expect(await ended, output()).toBe(3);
	expect(output()).toMatch(/injection +cut short .*\nrecovery +done .*\ngame day +inconclusive/);
	expect(await stage.left()).toEqual([]);
});

heavy("says on the second Ctrl-C what is left, and how to recover it", async () => {
	stage.lettingGo = false;
	const { child, ended, output } = start("--yes", "--hold", "10m");
	await eventually("it holds", () => output().includes("injection  done"), 120);
	interrupt(child);
	await eventually(
		"it recovers",
		() => stage.server.cluster.requests.some((request) => request.startsWith("delete")),
		120,
	);
	interrupt(child);
	expect(await ended, output()).toBe(6);
	expect(output()).toMatch(
		/game day +left behind .*NetworkChaos "default\/guarded-partition-\w+" \(shop\/front-1\) may be left: interrupted twice \(SIGINT\)\. Recover with "pulumi cancel --stack dev --cwd .*", then "pulumi destroy --stack dev --cwd /,
	);
	stage.lettingGo = true;
	stage.server.cluster.changes.emit("change");
	await eventually("what goes on below has ended", () => stage.stack.orphans().length === 0, 60);
	await stage.stack.cancel();
	await stage.stack.ok("destroy");
	expect(await stage.left()).toEqual([]);
});
