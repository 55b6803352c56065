import type { Netem } from "../instruction.ts";
import { Correlated, Odds, type Random32 } from "./correlated.ts";

/** One packet that goes on: when, and whether with a wrong bit. */
export interface Departure {
	/** Nanoseconds, on the clock of the arrival. */
	at: number;
	corrupt: boolean;
}

/** Packets that may be held back at a time, as with the kernel's engine. */
const usualLimit = 10_000;
const microsecond = 1000;

/**
 * What becomes of each packet, by the rules of the kernel's netem (`netem_enqueue` in net/sched/sch_netem.c): the same order of
 * decisions, the same formulas, the same state. Pure but for the random numbers: it is told the time.
 */
export class NetemModel {
	readonly #latency: number;
	readonly #jitter: number;
	readonly #gap: number;
	readonly #limit: number;
	readonly #delays: Correlated;
	readonly #loss: Odds;
	readonly #duplicate: Odds;
	readonly #corrupt: Odds;
	readonly #reorder: Odds;
	/** Packets since the last one that overtook. */
	#counter = 0;
	#held = 0;

	/** `limit`: packets that are held back at a time; what comes on top is dropped. */
	constructor({ delay, reorder, loss, duplicate, corrupt }: Netem, random: Random32, limit = usualLimit) {
		this.#latency = (delay?.latency ?? 0) * microsecond;
		this.#jitter = (delay?.jitter ?? 0) * microsecond;
		this.#delays = new Correlated(delay?.correlation ?? 0, random);
		// As tc does: to reorder without a gap is to have one of 1.
		this.#gap = reorder ? Math.max(1, reorder.gap) : 0;
		this.#limit = limit;
		this.#loss = new Odds(loss, random);
		this.#duplicate = new Odds(duplicate, random);
		this.#corrupt = new Odds(corrupt, random);
		this.#reorder = new Odds(reorder, random);
	}

	/** How often a packet goes on that arrives `now`, and when: not at all, once or twice. */
	arrive(now: number): Departure[] {
		const copied = this.#duplicate.happens();
		const lost = this.#loss.happens();
		// One that is doubled and lost goes on once.
		if (lost) return copied ? this.#hold(now) : [];
		const own = this.#hold(now);
		if (!copied || this.#loss.happens()) return own;
		return [...own, ...this.#hold(now)];
	}

	/** Says that one of the departures is over. */
	departed(): void {
		this.#held--;
	}

	#hold(now: number): Departure[] {
		const corrupt = this.#corrupt.happens();
		if (this.#held >= this.#limit) return [];
		this.#held++;
		return [{ at: this.#departure(now), corrupt }];
	}

	#departure(now: number): number {
		if (this.#gap > 0 && this.#counter >= this.#gap - 1 && this.#reorder.happens()) {
			this.#counter = 0;
			return now;
		}
		this.#counter++;
		return Math.max(now, now + this.#delay());
	}

	/** Evenly spread over latency - jitter to latency + jitter. */
	#delay(): number {
		if (this.#jitter === 0) return this.#latency;
		return (this.#delays.next() % (2 * this.#jitter)) + this.#latency - this.#jitter;
	}
}
