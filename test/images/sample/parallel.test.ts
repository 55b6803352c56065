import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { inParallel } from "../../../images/sample/parallel.ts";

test("results keep the order of the items, whatever finishes first", async () => {
	const doubled = await inParallel([30, 1, 10], 3, async (ms) => {
		await sleep(ms);
		return ms * 2;
	});
	expect(doubled).toEqual([60, 2, 20]);
});

test("never more than the bound run at a time, and as many as that do", async () => {
	let running = 0;
	let most = 0;
	await inParallel(Array.from({ length: 20 }), 4, async () => {
		running += 1;
		most = Math.max(most, running);
		await sleep(2);
		running -= 1;
	});
	expect(most).toBe(4);
});

test("a failure rejects and no further item is started", async () => {
	const started: number[] = [];
	const all = inParallel([0, 1, 2, 3, 4, 5], 2, async (item) => {
		started.push(item);
		await sleep(1);
		if (item === 1) throw new Error("item 1");
	});
	await expect(all).rejects.toThrow("item 1");
	await sleep(20);
	expect(started.length).toBeLessThan(6);
});
