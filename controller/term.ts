/** Thrown at whatever only a leader may do, by a replica that does not lead (any more). */
export class NotLeading extends Error {
	constructor() {
		super("this replica of the controller does not lead any more; another one goes on from the records");
	}
}

/** A time in which this replica leads, from its election to its end; once over it stays over. */
export class Term {
	/** Greater than that of every earlier term of any replica. */
	readonly epoch: number;
	readonly #now: () => number;
	readonly #end = new AbortController();
	#until: number;

	/**
	 * @param until - when it is over if it is not extended, by the clock
	 * @param now - a clock that never goes back, ms
	 */
	constructor(epoch: number, until: number, now: () => number) {
		this.epoch = epoch;
		this.#until = until;
		this.#now = now;
	}

	/** Whether it lasts: asked of the clock each time, since a process that was frozen has missed its timers. */
	get lasts(): boolean {
		return !this.#end.signal.aborted && this.#now() < this.#until;
	}

	/** Milliseconds until it is over; 0: it is. */
	get leftMs(): number {
		return this.lasts ? this.#until - this.#now() : 0;
	}

	/** Aborted when it has been ended. */
	get ended(): AbortSignal {
		return this.#end.signal;
	}

	/** Throws NotLeading unless it lasts. */
	check(): void {
		if (!this.lasts) throw new NotLeading();
	}

	/** Lets it last longer. One that is over stays over. */
	extend(until: number): void {
		if (this.lasts) this.#until = until;
	}

	/** Ends it. */
	end(): void {
		this.#end.abort();
	}
}
