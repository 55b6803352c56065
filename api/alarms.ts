/** Longest that one timer of Node can run is 24.8 days; longer alarms are looked at again after this. */
const longest = 3_600_000;

/** Alarms by key, on the monotonic clock: setting the time of the node neither delays nor hastens them. */
export class Alarms {
	readonly #due = new Map<string, number>();
	readonly #ring: (key: string) => void;
	#timer: NodeJS.Timeout | undefined;

	/** `ring` is called once for each alarm that is due. */
	constructor(ring: (key: string) => void) {
		this.#ring = ring;
	}

	/** Sets the alarm of a key, in place of an earlier one of the same key. */
	set(key: string, inMs: number): void {
		this.#due.set(key, performance.now() + inMs);
		this.#arm();
	}

	/** Takes the alarm of a key away. */
	clear(key: string): void {
		this.#due.delete(key);
	}

	/** Whether the alarm of a key has been set and is still to ring. */
	isSet(key: string): boolean {
		return this.#due.has(key);
	}

	/** Takes all alarms away. */
	stop(): void {
		this.#due.clear();
		clearTimeout(this.#timer);
	}

	#arm(): void {
		clearTimeout(this.#timer);
		if (this.#due.size === 0) return;
		const wait = Math.min(...this.#due.values()) - performance.now();
		this.#timer = setTimeout(() => this.#look(), Math.max(0, Math.min(wait, longest)));
	}

	#look(): void {
		for (const [key, due] of this.#due) {
			if (due > performance.now()) continue;
			this.#due.delete(key);
			this.#ring(key);
		}
		this.#arm();
	}
}
