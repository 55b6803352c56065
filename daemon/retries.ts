import { Alarms } from "../api/alarms.ts";

/** Milliseconds of the first wait, which doubles with every failure, and of the longest. */
const first = 1000;
const longest = 60_000;

/** Tries again, by key, what has failed: with growing waits, for as long as it takes. */
export class Retries {
	readonly #alarms: Alarms;
	readonly #failures = new Map<string, number>();

	/** `retry` is called when a wait is over. */
	constructor(retry: (key: string) => void) {
		this.#alarms = new Alarms(retry);
	}

	/** Counts a failure; returns the milliseconds until the next try. */
	failed(key: string): number {
		const failures = this.#failures.get(key) ?? 0;
		const wait = Math.min(longest, first * 2 ** failures);
		this.#failures.set(key, failures + 1);
		this.#alarms.set(key, wait);
		return wait;
	}

	/** Forgets a key. */
	succeeded(key: string): void {
		this.#failures.delete(key);
		this.#alarms.clear(key);
	}

	/** Whether a try of the key is still to come. */
	isWaiting(key: string): boolean {
		return this.#alarms.isSet(key);
	}

	/** Tries nothing any more. */
	stop(): void {
		this.#alarms.stop();
	}
}
