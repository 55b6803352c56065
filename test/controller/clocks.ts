import { setImmediate as turn } from "node:timers/promises";
import type { Clock } from "../../controller/clock.ts";

interface Timer {
	due: number;
	ring: () => void;
	of: TestClock;
}

/** Time that passes only when a test says so, for clocks that differ. */
export class Time {
	now = 0;
	readonly timers = new Set<Timer>();

	/** Lets so many ms pass; what happens at each moment has happened before the next one comes. */
	async pass(ms: number): Promise<void> {
		const end = this.now + ms;
		for (;;) {
			await this.settle();
			const due = [...this.timers].filter(({ due, of }) => !of.frozen && due <= end).sort((a, b) => a.due - b.due)[0];
			if (!due) break;
			this.now = Math.max(this.now, due.due);
			this.timers.delete(due);
			due.ring();
		}
		this.now = end;
	}

	/** Lets everything happen that waits for nothing but its turn. */
	async settle(): Promise<void> {
		for (let round = 0; round < 3; round++) await turn();
	}
}

/** The clock of one process, a little fast or slow. */
export class TestClock implements Clock {
	/** The process is stopped: time goes on, but nothing in it runs. */
	frozen = false;
	/** What the wall clock is ahead of the other, ms. */
	offset = Date.UTC(2026, 5, 1);
	readonly #time: Time;
	readonly #rate: number;

	constructor(time: Time, rate = 1) {
		this.#time = time;
		this.#rate = rate;
	}

	readonly now = (): number => this.#time.now * this.#rate;

	readonly wall = (): number => this.offset + this.#time.now;

	readonly sleep = (ms: number, signal: AbortSignal): Promise<void> =>
		new Promise((resolve) => {
			const timer = { due: this.#time.now + Math.max(0, ms) / this.#rate, ring: resolve, of: this };
			this.#time.timers.add(timer);
			const abort = (): void => {
				this.#time.timers.delete(timer);
				resolve();
			};
			if (signal.aborted) abort();
			else signal.addEventListener("abort", abort, { once: true });
		});
}
