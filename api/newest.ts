/** Keeps at most so many at once: the oldest has to go when one more comes, so that who comes always gets in. */
export class Newest<T> {
	readonly #most: number;
	readonly #members = new Map<string, T>();
	readonly #dismiss: (member: T) => void;

	/**
	 * @param most - how many there may be
	 * @param dismiss - ends one that has to go
	 */
	constructor(most: number, dismiss: (member: T) => void) {
		this.#most = most;
		this.#dismiss = dismiss;
	}

	/** Takes one in, under a key of its own. */
	add(key: string, member: T): void {
		this.#members.set(key, member);
		const [oldest] = this.#members;
		if (this.#members.size <= this.#most || !oldest) return;
		this.#members.delete(oldest[0]);
		this.#dismiss(oldest[1]);
	}

	/** One has gone by itself. */
	delete(key: string): void {
		this.#members.delete(key);
	}

	/** All that are there, oldest first. */
	values(): T[] {
		return [...this.#members.values()];
	}
}
