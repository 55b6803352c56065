import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { withLock } from "../../../tools/lib/lock.ts";
import { root } from "../../../tools/lib/paths.ts";

const quiet = { note: () => {}, step: <T>(_: string, work: () => Promise<T>) => work() };
const name = `test-${process.pid}`;

test("work under one lock never overlaps", async () => {
	const events: string[] = [];
	const work = (label: string) => async () => {
		events.push(`${label} begins`);
		await sleep(50);
		events.push(`${label} ends`);
	};
	await Promise.all([withLock(name, quiet, work("one")), withLock(name, quiet, work("two"))]);
	expect(events.map((event) => event.split(" ")[1])).toEqual(["begins", "ends", "begins", "ends"]);
});

test("the lock of a process that is killed is free at once", async () => {
	const program = `
		import { withLock } from ${JSON.stringify(join(root, "tools", "lib", "lock.ts"))};
		await withLock(${JSON.stringify(name)}, {}, async () => {
			console.log("taken");
			await new Promise((resolve) => setTimeout(resolve, 60_000));
		});`;
	const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	await once(child.stdout, "data");
	const notes: string[] = [];
	const waiting = withLock(name, { ...quiet, note: (text) => notes.push(text) }, async () => "done");
	await expect
		.poll(() => notes, { timeout: 5_000 })
		.toEqual([`waiting for process ${child.pid}, which is at work on "${name}"`]);
	child.kill("SIGKILL");
	expect(await waiting).toBe("done");
});

test("an error of the work frees the lock", async () => {
	await expect(withLock(name, quiet, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
	expect(await withLock(name, quiet, async () => "free")).toBe("free");
});
