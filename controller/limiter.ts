/** Runs tasks, at most so many at the same time, in the order in which they came. */
export class Limiter {
	readonly #most: number;
	readonly #waiting: (() => void)[] = [];
	#running = 0;

	constructor(most: number) {
		this.#most = most;
	}

	/** Resolves or rejects as the task does. */
	async run<T>(task: () => Promise<T>): Promise<T> {
		if (this.#running >= this.#most) await new Promise<void>((resolve) => this.#waiting.push(resolve));
		else this.#running++;
		try {
			return await task();
		} finally {
			// The place goes to the next in line without being counted down and up, or a newcomer could slip in between.
			const next = this.#waiting.shift();
			if (next) next();
			else this.#running--;
		}
	}
}
