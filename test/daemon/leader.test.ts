import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
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
	const leader = await Leader.open(folder, log);
	await leader.admit(3);
	await leader.admit(3);
	await leader.admit(5);
	await expect(leader.admit(4)).rejects.toMatchObject(outranked(4, 5));
	await leader.admit(5);
});

it("is on the disk before its first call is let in, and known to the next process", async () => {
	const leader = await Leader.open(folder, log);
	await leader.admit(7);
	expect(JSON.parse(readFileSync(join(folder, "leader.json"), "utf8"))).toMatchObject({ epoch: 7 });
	const next = await Leader.open(folder, log);
	await expect(next.admit(6)).rejects.toMatchObject(outranked(6, 7));
});

it("is known from the moment in which it calls: an earlier one does not slip through while that is written down", async () => {
	const leader = await Leader.open(folder, log);
	const calls = [leader.admit(2), leader.admit(9), leader.admit(8)];
	const ends = await Promise.allSettled(calls);
	expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected"]);
});

it("is let in though it can't be written down, which is made up for later", async () => {
	const leader = await Leader.open(folder, log);
	mkdirSync(join(folder, "leader.json.new"));
	await leader.admit(4);
	expect(logged.join()).toContain("who leads can't be written down");
	await expect(leader.admit(3)).rejects.toMatchObject(outranked(3, 4));
	rmSync(join(folder, "leader.json.new"), { recursive: true });
	await leader.admit(4);
	const next = await Leader.open(folder, log);
	await expect(next.admit(3)).rejects.toMatchObject(outranked(3, 4));
});

it.each(["", "{", '{"epoch":"x"}'])("is nobody when the file is damaged: %j", async (text) => {
	writeFileSync(join(folder, "leader.json"), text);
	await (await Leader.open(folder, log)).admit(1);
});
