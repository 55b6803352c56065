import type { Chance } from "../instruction.ts";

/** Whole numbers from 0 to 2^32 - 1, all as likely. */
export type Random32 = () => number;

/** Of all values of 32 bits. */
const all = 2 ** 32;

/** A share of 0 to 1 as the kernel's netem holds it: 1 is 2^32 - 1. */
export function fraction(share: number): number {
	return Math.round(share * (all - 1));
}

/**
 * Random numbers of which each depends on the one before, as `get_crandom` of the kernel's netem makes them:
 * `(value * (2^32 - rho) + last * rho) / 2^32`, with rho one more than the correlation as a fraction. Without a correlation they
 * are independent. As in the kernel, a correlation also draws the numbers towards their middle.
 */
export class Correlated {
	readonly #random: Random32;
	readonly #weight: number;
	#last = 0;

	/** `correlation` is from 0 to 1. */
	constructor(correlation: number, random: Random32) {
		const rho = fraction(correlation);
		this.#random = random;
		this.#weight = rho === 0 ? 0 : (rho + 1) / all;
	}

	/** The next number, from 0 to 2^32 - 1. */
	next(): number {
		const value = this.#random();
		if (this.#weight === 0) return value;
		this.#last = Math.floor(value * (1 - this.#weight) + this.#last * this.#weight);
		return this.#last;
	}
}

/** Something that happens to a share of the packets. */
export class Odds {
	readonly #share: number;
	readonly #numbers: Correlated;

	/** Absent: it never happens. */
	constructor(chance: Chance | undefined, random: Random32) {
		this.#share = fraction(chance?.probability ?? 0);
		this.#numbers = new Correlated(chance?.correlation ?? 0, random);
	}

	/** Whether it happens to the next packet. */
	happens(): boolean {
		return this.#share > 0 && this.#share >= this.#numbers.next();
	}
}
