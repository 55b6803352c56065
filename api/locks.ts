/** Tasks of the same key run one after the other, in the order in which they came; tasks of different keys run side by side. */
export class Locks {
	readonly #last = new Map<string, Promise<unknown>>();

	/** Runs a task after all earlier ones of its key; settles as the task does. */
	run<T>(key: string, task: () => Promise<T>): Promise<T> {
		const result = (this.#last.get(key) ?? Promise.resolve()).then(task);
		const settled = result.then(
			() => {},
			() => {},
		);
		const last = settled.then(() => {
			if (this.#last.get(key) === last) this.#last.delete(key);
		});
		this.#last.set(key, last);
		return result;
	}

	/** Whether a task of the key runs or waits. */
	isHeld(key: string): boolean {
		return this.#last.has(key);
	}

	/** Resolves when no task runs any more. */
	async idle(): Promise<void> {
		while (this.#last.size > 0) await Promise.all(this.#last.values());
	}
}
