import { closeSync, readSync } from "node:fs";
import type { Native, Watch } from "../../node/native.ts";

const monotonic = 1;
const nonBlocking = 0o4000;
const closeOnExec = 0o2000000;
const second = 1e9;

/** Nanoseconds on a clock that only goes forward. */
export function nowNs(): number {
	return performance.now() * 1e6;
}

/** Rings once at a time, to some microseconds: Node's own timers know whole milliseconds only. */
export class Timer {
	readonly #descriptor: number;
	readonly #watch: Watch;
	readonly #set: (...args: (number | Buffer | null)[]) => number;
	/** struct itimerspec. */
	readonly #spec = Buffer.alloc(32);
	readonly #count = Buffer.alloc(8);
	#at: number | undefined;

	constructor(native: Native, ring: () => void) {
		this.#descriptor = native.syscall("timerfd_create", monotonic, nonBlocking | closeOnExec);
		this.#set = native.quick("timerfd_settime", ["number", "number", "buffer", "buffer"]);
		this.#watch = native.whenReadable(this.#descriptor, () => {
			try {
				readSync(this.#descriptor, this.#count);
			} catch {
				// It was set anew since.
				return;
			}
			this.#at = undefined;
			ring();
		});
	}

	/** Rings at this time instead of the one before; undefined: not at all. */
	set(at: number | undefined): void {
		if (at === this.#at) return;
		this.#at = at;
		// Zero would mean never.
		const left = at === undefined ? 0 : Math.max(1, Math.round(at - nowNs()));
		this.#spec.writeBigUInt64LE(BigInt(Math.floor(left / second)), 16);
		this.#spec.writeBigUInt64LE(BigInt(left % second), 24);
		this.#set(this.#descriptor, 0, this.#spec, null);
	}

	close(): void {
		this.#watch.close();
		closeSync(this.#descriptor);
	}
}
