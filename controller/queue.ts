import { backoff } from "./backoff.ts";

/** Longest single wait; a timer takes at most 24.8 days, and what wakes too early just looks and waits again. */
const longestWaitMs = 24 * 3600 * 1000;

/** What a queue needs. */
export interface QueueOptions {
	/** Keys handled at the same time; one key never runs twice at once. */
	workers: number;
	/** Handles a key; the number it returns is when to look again (ms), absent: when somebody adds it. Throws: back-off. */
	run: (key: string) => Promise<number | undefined>;
	/** Told of each failure, with how many in a row it makes. */
	onError: (key: string, error: unknown, failures: number) => void;
	/** First wait after a failure and longest wait, ms; defaults 500 and 60 000. */
	base?: number;
	cap?: number;
}

/** How much a queue has to do. */
export interface QueueLoad {
	/** Keys that wait for a worker, and that a worker handles. */
	ready: number;
	running: number;
	/** How long the key has waited that waits longest, ms; 0: none does. */
	oldestMs: number;
}

/** A work queue of keys: a key waits in it once, whatever number of times it is added; the earliest time asked for counts. */
export class Queue {
	readonly #options: QueueOptions;
	readonly #ready: string[] = [];
	readonly #waiting = new Map<string, { due: number; timer: NodeJS.Timeout | undefined }>();
	readonly #running = new Map<string, Promise<void>>();
	readonly #failures = new Map<string, number>();
	#stopped = false;

	constructor(options: QueueOptions) {
		this.#options = options;
	}

	/** Has the key run as soon as a worker is free, or after a while (ms). */
	add(key: string, after = 0): void {
		if (this.#stopped) return;
		const wait = Math.min(Math.max(after, 0), longestWaitMs);
		const due = Date.now() + wait;
		const present = this.#waiting.get(key);
		if (present && present.due <= due) return;
		clearTimeout(present?.timer);
		const timer = wait === 0 ? undefined : setTimeout(() => this.#enqueue(key), wait);
		this.#waiting.set(key, { due, timer });
		if (wait === 0) this.#enqueue(key);
	}

	/** How much there is to do now, without what is to be done later. */
	get load(): QueueLoad {
		const due = this.#ready.map((key) => this.#waiting.get(key)?.due ?? Number.POSITIVE_INFINITY);
		return {
			ready: this.#ready.length,
			running: this.#running.size,
			oldestMs: Math.max(0, Date.now() - Math.min(...due)),
		};
	}

	/** Takes no more keys; resolves when those that run have ended, or after `patience` ms. */
	async stop(patience: number): Promise<void> {
		this.#stopped = true;
		for (const { timer } of this.#waiting.values()) clearTimeout(timer);
		this.#waiting.clear();
		this.#ready.length = 0;
		let timer: NodeJS.Timeout | undefined;
		const enough = new Promise((resolve) => {
			timer = setTimeout(resolve, patience);
		});
		await Promise.race([Promise.all(this.#running.values()), enough]);
		clearTimeout(timer);
	}

	#enqueue(key: string): void {
		this.#ready.push(key);
		this.#start();
	}

	#start(): void {
		while (this.#running.size < this.#options.workers) {
			// A key that runs already keeps its place until it has ended.
			const next = this.#ready.findIndex((key) => !this.#running.has(key));
			if (next < 0) return;
			const [key] = this.#ready.splice(next, 1);
			if (key === undefined) return;
			this.#waiting.delete(key);
			this.#running.set(key, this.#run(key));
		}
	}

	async #run(key: string): Promise<void> {
		try {
			const after = await this.#options.run(key);
			this.#failures.delete(key);
			if (after !== undefined) this.add(key, after);
		} catch (error) {
			const failures = (this.#failures.get(key) ?? 0) + 1;
			this.#failures.set(key, failures);
			this.#options.onError(key, error, failures);
			this.add(key, backoff(failures, this.#options.base ?? 500, this.#options.cap ?? 60_000));
		} finally {
			this.#running.delete(key);
			this.#start();
		}
	}
}
