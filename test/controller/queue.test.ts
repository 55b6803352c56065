import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Queue, type QueueOptions } from "../../controller/queue.ts";

/** A queue whose runs end when the test says so. */
class Bench {
	readonly started: string[] = [];
	readonly failed: [string, number][] = [];
	readonly #ends = new Map<string, (after: number | undefined | Error) => void>();
	readonly queue: Queue;

	constructor(options: Partial<QueueOptions> = {}) {
		this.queue = new Queue({
			workers: 2,
			run: (key) =>
				new Promise((resolve, reject) => {
					this.started.push(key);
					this.#ends.set(key, (after) => (after instanceof Error ? reject(after) : resolve(after)));
				}),
			onError: (key, _error, failures) => this.failed.push([key, failures]),
			...options,
		});
	}

	async end(key: string, after?: number | Error): Promise<void> {
		const end = this.#ends.get(key);
		if (!end) throw new Error(`${key} does not run`);
		this.#ends.delete(key);
		end(after);
		await vi.advanceTimersByTimeAsync(0);
	}
}

beforeEach(() => {
	vi.useFakeTimers();
});
afterEach(() => {
	vi.useRealTimers();
});

it("runs as many keys at once as it has workers, in their order", async () => {
	const bench = new Bench();
	for (const key of ["a", "b", "c"]) bench.queue.add(key);
	expect(bench.started).toEqual(["a", "b"]);
	await bench.end("b");
	expect(bench.started).toEqual(["a", "b", "c"]);
});

it("holds a key once, and never runs it twice at the same time", async () => {
	const bench = new Bench();
	for (const key of ["a", "a", "b"]) bench.queue.add(key);
	expect(bench.started).toEqual(["a", "b"]);
	bench.queue.add("a");
	bench.queue.add("a");
	await bench.end("b");
	expect(bench.started).toEqual(["a", "b"]);
	await bench.end("a");
	expect(bench.started).toEqual(["a", "b", "a"]);
	await bench.end("a");
	expect(bench.started).toEqual(["a", "b", "a"]);
});

it("does not let a key that waits for its own end hold up others", async () => {
	const bench = new Bench();
	for (const key of ["a", "b"]) bench.queue.add(key);
	bench.queue.add("a");
	bench.queue.add("c");
	await bench.end("b");
	expect(bench.started).toEqual(["a", "b", "c"]);
});

it("waits as long as asked; the earliest time counts", async () => {
	const bench = new Bench();
	bench.queue.add("a", 1000);
	bench.queue.add("a", 300);
	bench.queue.add("a", 5000);
	await vi.advanceTimersByTimeAsync(299);
	expect(bench.started).toEqual([]);
	await vi.advanceTimersByTimeAsync(1);
	expect(bench.started).toEqual(["a"]);
	await bench.end("a");
	await vi.advanceTimersByTimeAsync(10_000);
	expect(bench.started).toEqual(["a"]);
});

it("comes back after the time that a run asks for, or earlier when somebody adds the key", async () => {
	const bench = new Bench();
	bench.queue.add("a");
	await bench.end("a", 60_000);
	await vi.advanceTimersByTimeAsync(30_000);
	expect(bench.started).toHaveLength(1);
	bench.queue.add("a");
	expect(bench.started).toHaveLength(2);
	await bench.end("a");
	await vi.advanceTimersByTimeAsync(60_000);
	expect(bench.started).toHaveLength(2);
});

it("waits longer after each failure, up to the cap, and begins anew after a success", async () => {
	const bench = new Bench({ base: 100, cap: 400 });
	bench.queue.add("a");
	for (const most of [125, 250, 500, 500]) {
		const runs = bench.started.length;
		await bench.end("a", new Error("no"));
		await vi.advanceTimersByTimeAsync(most * 0.55);
		expect(bench.started).toHaveLength(runs);
		await vi.advanceTimersByTimeAsync(most * 0.5);
		expect(bench.started).toHaveLength(runs + 1);
	}
	await bench.end("a");
	bench.queue.add("a");
	await bench.end("a", new Error("no"));
	expect(bench.failed.map(([, failures]) => failures)).toEqual([1, 2, 3, 4, 1]);
});

it("says how many keys wait, and how long the first of them has", async () => {
	const bench = new Bench();
	for (const key of ["a", "b", "c"]) bench.queue.add(key);
	bench.queue.add("later", 60_000);
	await vi.advanceTimersByTimeAsync(700);
	bench.queue.add("d");
	expect(bench.queue.load).toEqual({ ready: 2, running: 2, oldestMs: 700 });
	for (const key of ["a", "b", "c", "d"]) await bench.end(key);
	expect(bench.queue.load).toEqual({ ready: 0, running: 0, oldestMs: 0 });
});

it("waits out more time than a timer takes", async () => {
	const bench = new Bench();
	bench.queue.add("a", 40 * 24 * 3600 * 1000);
	await vi.advanceTimersByTimeAsync(1000);
	expect(bench.started).toEqual([]);
});

it("stops: takes nothing more, waits for what runs, but not for ever", async () => {
	vi.useRealTimers();
	const bench = new Bench({ workers: 1 });
	bench.queue.add("a");
	bench.queue.add("b");
	bench.queue.add("c", 10);
	const began = Date.now();
	await bench.queue.stop(100);
	expect(Date.now() - began).toBeGreaterThanOrEqual(95);
	bench.queue.add("d");
	await sleep(30);
	expect(bench.started).toEqual(["a"]);
});
