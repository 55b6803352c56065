import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createLog } from "../../api/log.ts";
import { Leader } from "../../daemon/leader.ts";

let folder: string;
let logged: string[];
const log = createLog("warn", (line) => logged.push(line));

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-leader-"));
	logged = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const outranked = (epoch: number, by: number): object => ({
	status: 409,
	message: `the controller of epoch ${epoch} does not lead any more: that of epoch ${by} has called since`,
	more: { epoch: by },
});

it("is the latest that has called; an earlier one is refused", async () => {
	const leader = await Leader.open(folder, "this boot", log);
	await leader.admit(3);
	await leader.admit(3);
	await leader.admit(5);
	await expect(leader.admit(4)).rejects.toMatchObject(outranked(4, 5));
	await leader.admit(5);
});

it("is on the disk before its first call is let in, and known to the next process", async () => {
	const leader = await Leader.open(folder, "this boot", log);
	await leader.admit(7);
	expect(JSON.parse(readFileSync(join(folder, "leader.json"), "utf8"))).toMatchObject({ epoch: 7 });
	const next = await Leader.open(folder, "this boot", log);
	await expect(next.admit(6)).rejects.toMatchObject(outranked(6, 7));
});

it("is known from the moment in which it calls: an earlier one does not slip through while that is written down", async () => {
	const leader = await Leader.open(folder, "this boot", log);
	const calls = [leader.admit(2), leader.admit(9), leader.admit(8)];
	const ends = await Promise.allSettled(calls);
	expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
});

it("is let in though it can't be written down, which is made up for later", async () => {
	const leader = await Leader.open(folder, "this boot", log);
	mkdirSync(join(folder, "leader.json.new"));
	await leader.admit(4);
	expect(logged.join()).toContain("who leads can't be written down");
	await expect(leader.admit(3)).rejects.toMatchObject(outranked(3, 4));
	rmSync(join(folder, "leader.json.new"), { recursive: true });
	await leader.admit(4);
	const next = await Leader.open(folder, "this boot", log);
	await expect(next.admit(3)).rejects.toMatchObject(outranked(3, 4));
});

it.each(["", "{", '{"epoch":"x"}'])("is nobody when the file is damaged: %j", async (text) => {
	writeFileSync(join(folder, "leader.json"), text);
	await (await Leader.open(folder, "this boot", log)).admit(1);
});

describe("the lease of the node", () => {
	let lapses: number;
	let opened: Leader | undefined;

	beforeEach(() => {
		vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance", "hrtime", "Date"] });
		lapses = 0;
	});
	afterEach(async () => {
		await opened?.stop();
		vi.useRealTimers();
	});

	async function open(boot = "this boot"): Promise<Leader> {
		await opened?.stop();
		opened = await Leader.open(folder, boot, log);
		await opened.guard(async () => {
			lapses++;
		});
		return opened;
	}

	it("lasts as long as was asked for last, and then is over once", async () => {
		const leader = await open();
		lapses = 0;
		await leader.admit(1, 60_000);
		vi.advanceTimersByTime(50_000);
		await leader.admit(1, 60_000);
		vi.advanceTimersByTime(59_000);
		expect([leader.leftMs, lapses]).toEqual([1000, 0]);
		vi.advanceTimersByTime(1500);
		expect([leader.leftMs, lapses]).toEqual([0, 1]);
		vi.advanceTimersByTime(600_000);
		expect(lapses).toBe(1);
	});

	it("is not renewed by a call that only takes out, nor by one that is refused", async () => {
		const leader = await open();
		lapses = 0;
		await leader.admit(2, 60_000);
		vi.advanceTimersByTime(30_000);
		await leader.admit(2);
		await expect(leader.admit(1, 60_000)).rejects.toMatchObject({ status: 409 });
		expect(leader.leftMs).toBe(30_000);
	});

	it("does not go by a clock that somebody sets while the daemon runs", async () => {
		const leader = await open();
		lapses = 0;
		await leader.admit(1, 60_000);
		vi.setSystemTime(Date.now() + 3_600_000);
		vi.advanceTimersByTime(59_000);
		expect(lapses).toBe(0);
	});

	it.each([
		["is not longer because of a restart", 0, 40_000],
		["is not longer because the wall clock was set back meanwhile", -3_600_000, 40_000],
		["is shorter when the wall clock has gone further, as over a sleep of the node", 30_000, 10_000],
	])("%s", async (_what, jump, left) => {
		await (await open()).admit(1, 60_000);
		vi.advanceTimersByTime(20_000);
		vi.setSystemTime(Date.now() + jump);
		lapses = 0;
		expect((await open()).leftMs).toBe(left);
		vi.advanceTimersByTime(left + 1000);
		expect(lapses).toBe(1);
	});

	it("ends by the wall clock over a restart of the node", async () => {
		await (await open()).admit(1, 60_000);
		vi.setSystemTime(Date.now() + 61_000);
		lapses = 0;
		await open("the next boot");
		expect(lapses).toBe(1);
	});

	it("is over from the start where none is known", async () => {
		await open();
		expect(lapses).toBe(1);
	});
});
