import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { Helper } from "../../../faults/node/helper.ts";
import { helperFiles, readHelperRecord } from "../../../faults/node/helper-files.ts";
import { buildHelpers } from "../../support/helpers.ts";

interface Answer {
	pid: number;
	count: number;
}

let place: Awaited<ReturnType<typeof buildHelpers>>;

beforeAll(async () => {
	place = await buildHelpers({ counting: "test/support/counting-helper.ts" });
});

afterEach(async () => {
	const helper = new Helper("counting", 1);
	const held = (await helper.askIfRunning({ add: 0 })) as Answer | undefined;
	if (held) await helper.ask({ add: -held.count });
	await helper.leave();
	expect(left()).toEqual([]);
});

afterAll(() => place.remove());

const ask = async (helper: Helper, add: number): Promise<Answer> => (await helper.ask({ add })) as Answer;
const record = () => readHelperRecord(helperFiles(place.state, "counting").record);
const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);

/** Files and cgroups of helpers. */
function left(): string[] {
	const cgroups = record()?.cgroups ?? [];
	return [...(existsSync(place.state) ? readdirSync(place.state) : []), ...cgroups.filter(existsSync)];
}

it("is started once, however many ask at the same time, and ends when it has nothing to do", async () => {
	const helper = new Helper("counting", 1);
	expect(await helper.askIfRunning({ add: 1 })).toBeUndefined();
	const answers = await Promise.all([1, 2, 3, 4].map((add) => ask(helper, add)));
	expect(new Set(answers.map(({ pid }) => pid)).size).toBe(1);
	expect(await ask(helper, 0)).toMatchObject({ count: 10 });
	await helper.leave();
	expect(await ask(helper, -10)).toMatchObject({ count: 0 });
	const { pid } = await ask(helper, 0);
	await helper.leave();
	await vi.waitUntil(() => !isAlive(pid), { timeout: 10_000 });
	expect(await helper.askIfRunning({ add: 1 })).toBeUndefined();
});

it("is in cgroups of its own, in each hierarchy, which go when it goes", async () => {
	const helper = new Helper("counting", 1);
	const { pid } = await ask(helper, 1);
	const cgroups = record()?.cgroups ?? [];
	const lines = readFileSync(`/proc/${pid}/cgroup`, "utf8").trim().split("\n");
	expect(cgroups.length).toBe(lines.length);
	expect(lines.every((line) => line.endsWith(`/pulumi-chaos-counting-${pid}`))).toBe(true);
	expect(cgroups.every(existsSync)).toBe(true);
	await ask(helper, -1);
	await helper.leave();
	expect(cgroups.filter(existsSync)).toEqual([]);
});

it("is found again by another daemon, and replaced when it speaks another protocol", async () => {
	const { pid } = await ask(new Helper("counting", 1), 5);
	expect(await ask(new Helper("counting", 1), 1)).toEqual({ pid, count: 6 });
	const newer = new Helper("counting", 2);
	const answer = await ask(newer, 0);
	expect([answer.count, answer.pid === pid, isAlive(pid)]).toEqual([0, false, false]);
	await newer.leave();
});

it("is started anew when it has died, also when another process has its number now", async () => {
	const helper = new Helper("counting", 1);
	const { pid } = await ask(helper, 5);
	process.kill(pid, "SIGKILL");
	expect((await ask(helper, 1)).count).toBe(1);
	const known = record();
	await ask(helper, -1);
	await helper.leave();
	// A record of a process with the number of this one, which is another.
	writeFileSync(helperFiles(place.state, "counting").record, JSON.stringify({ ...known, pid: process.pid, start: 1 }));
	expect((await ask(new Helper("counting", 1), 1)).count).toBe(1);
});

it("is ended when it does not answer any more", async () => {
	const helper = new Helper("counting", 1, 1000);
	const { pid } = await ask(helper, 5);
	process.kill(pid, "SIGSTOP");
	expect(await helper.askIfRunning({ add: 1 })).toBeUndefined();
	expect(isAlive(pid)).toBe(false);
});

it("ends by itself, and leaves nothing, when nobody asks and there is nothing to do", async () => {
	const { socket } = helperFiles(place.state, "counting");
	mkdirSync(place.state, { recursive: true });
	const helper = spawn(process.execPath, [join(place.state, "..", "programs", "counting.mjs"), socket]);
	expect(await once(helper, "exit")).toEqual([0, null]);
});

it("tells why an answer failed, and why it could not be started", async () => {
	const helper = new Helper("counting", 1);
	await expect(helper.ask({ wrong: 1 })).rejects.toThrow("question.add: missing");
	await helper.leave();
	writeFileSync(join(place.state, "..", "programs", "broken.mjs"), "throw new Error('no such luck');");
	await expect(new Helper("broken", 1).ask({})).rejects.toThrow(
		/the helper broken .* could not be started: it did not answer; it said: .*no such luck/s,
	);
});
