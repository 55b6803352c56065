/** How many requests there may be. */
export interface Rate {
	/** In the long run. */
	perSecond: number;
	/** At once, after a pause. */
	burst: number;
}

/** Far more than a controller needs for a node full of pods, and less than what keeps the daemon from its own work. */
const ofOne: Rate = { perSecond: 200, burst: 1000 };
const ofAll: Rate = { perSecond: 400, burst: 2000 };

/** Limits the requests of each connection, and those of all together, on the monotonic clock. */
export class RateLimit {
	readonly #one: Rate;
	readonly #all: Bucket;
	readonly #each = new WeakMap<object, Bucket>();

	constructor(one: Rate = ofOne, all: Rate = ofAll) {
		this.#one = one;
		this.#all = new Bucket(all);
	}

	/** Counts a request of a connection; undefined when it may go on, else after how many seconds it is worth another try. */
	delay(connection: object): number | undefined {
		const own = this.#each.get(connection) ?? new Bucket(this.#one);
		this.#each.set(connection, own);
		// Who asks too much alone takes nothing from the others.
		return own.delay() ?? this.#all.delay();
	}
}

/** A bucket of tokens that fills at a steady rate. */
class Bucket {
	readonly #rate: Rate;
	#tokens: number;
	#at = performance.now();

	constructor(rate: Rate) {
		this.#rate = rate;
		this.#tokens = rate.burst;
	}

	/** Takes a token; the whole seconds until there is one again when there is none. */
	delay(): number | undefined {
		const { perSecond, burst } = this.#rate;
		const now = performance.now();
		this.#tokens = Math.min(burst, this.#tokens + ((now - this.#at) / 1000) * perSecond);
		this.#at = now;
		if (this.#tokens < 1) return Math.ceil((1 - this.#tokens) / perSecond);
		this.#tokens--;
		return undefined;
	}
}
