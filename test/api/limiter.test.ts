import { expect, it } from "vitest";
import { limiter } from "../../api/limiter.ts";

/** Tasks that run until they are told to end, with the order in which they started. */
class Tasks {
	readonly started: string[] = [];
	readonly #ends = new Map<string, () => void>();

	task(name: string): () => Promise<string> {
		return () => {
			this.started.push(name);
			return new Promise((resolve) => this.#ends.set(name, () => resolve(name)));
		};
	}

	/** Ends a task and lets what follows from that happen. */
	async end(name: string): Promise<void> {
		this.#ends.get(name)?.();
		await new Promise(setImmediate);
	}
}

it("starts as many as it may at once, and the others in the order in which they came", async () => {
	const inTurn = limiter(2);
	const tasks = new Tasks();
	const results = Promise.all(["a", "b", "c", "d"].map((name) => inTurn(tasks.task(name))));
	expect(tasks.started).toEqual(["a", "b"]);
	await tasks.end("b");
	expect(tasks.started).toEqual(["a", "b", "c"]);
	await tasks.end("a");
	await tasks.end("c");
	await tasks.end("d");
	expect(await results).toEqual(["a", "b", "c", "d"]);
});

it("gives a free place to who waits, not to who comes at that moment", async () => {
	const inTurn = limiter(1);
	const tasks = new Tasks();
	const first = inTurn(tasks.task("first"));
	const second = inTurn(tasks.task("second"));
	const third = first.then(() => inTurn(tasks.task("third")));
	await tasks.end("first");
	expect(tasks.started).toEqual(["first", "second"]);
	await tasks.end("second");
	await tasks.end("third");
	expect(await Promise.all([second, third])).toEqual(["second", "third"]);
});

it("settles as the task does, and goes on after one that failed or threw", async () => {
	const inTurn = limiter(1);
	await expect(inTurn(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
	await expect(
		inTurn(() => {
			throw new Error("at once");
		}),
	).rejects.toThrow("at once");
	expect(await inTurn(async () => "yes")).toBe("yes");
});
