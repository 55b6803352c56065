import type { Bucket } from "../instruction.ts";

/** Nanoseconds of a second, times the bits of a byte. */
const bits = 8e9;
/** What a packet is longer on the wire of an Ethernet than as a packet of IP, which is what the kernel counts. */
const frame = 14;

/** Tokens for bytes, which come in at a rate and are kept up to a number. */
class Tokens {
	/** Bytes that one nanosecond brings. */
	readonly #rate: number;
	readonly #most: number;
	#left: number;
	#at = 0;

	constructor(bitsPerSecond: number, most: number) {
		this.#rate = bitsPerSecond / bits;
		this.#most = most;
		this.#left = most;
	}

	/** When there are tokens for so many bytes, not before `from`. */
	ready(length: number, from: number): number {
		return from + Math.max(0, length - this.#leftAt(from)) / this.#rate;
	}

	/** Takes tokens out. */
	take(length: number, now: number): void {
		this.#left = this.#leftAt(now) - length;
		this.#at = now;
	}

	#leftAt(now: number): number {
		return Math.min(this.#most, this.#left + (now - this.#at) * this.#rate);
	}
}

/**
 * When each packet passes a bucket of tokens, as `tc-tbf` has it (net/sched/sch_tbf.c): one after the other, each when there are
 * tokens for all of its bytes. Pure: it is told the time.
 */
export class BucketModel {
	readonly #limit: number;
	readonly #largest: number;
	readonly #buckets: Tokens[];
	#waiting = 0;
	/** Departure of the last one. */
	#last = 0;

	constructor({ rate, limit, buffer, peakrate, minburst = 0 }: Bucket) {
		this.#limit = limit;
		this.#largest = peakrate === undefined ? buffer : Math.min(buffer, minburst);
		this.#buckets = [new Tokens(rate, buffer), ...(peakrate === undefined ? [] : [new Tokens(peakrate, minburst)])];
	}

	/** When a packet of `length` bytes (of IP) passes that arrives `now`; undefined: it is dropped. */
	arrive(length: number, now: number): number | undefined {
		const size = length + frame;
		if (size > this.#largest || this.#waiting + size > this.#limit) return undefined;
		const at = this.#buckets.reduce((from, tokens) => tokens.ready(size, from), Math.max(now, this.#last));
		for (const tokens of this.#buckets) tokens.take(size, at);
		this.#last = at;
		this.#waiting += size;
		return at;
	}

	/** Says that one packet has passed. */
	departed(length: number): void {
		this.#waiting -= length + frame;
	}
}
