import { step } from "../../api/step.ts";
import type { Ground } from "./ground.ts";
import type { Held, HeldFaults } from "./held.ts";
import { type Newcomers, watchNewcomers } from "./newcomers.ts";
import { addShare, assertMovable, lookAt } from "./process-clock.ts";
import { BusyError } from "./stopped.ts";

const tryAgainMs = 5;
const tries = 20;

/**
 * Puts the faults that are held into programs that begin: a child has the memory of its parent, fault included, but a program that
 * is begun has a new vDSO. Where the kernel tells of none, they are found at the next look at the target.
 */
export class NewcomerClocks {
	readonly #held: HeldFaults;
	#watch: Newcomers | undefined;
	/** Why the kernel tells nothing. */
	trouble: string | undefined;

	constructor(held: HeldFaults) {
		this.#held = held;
	}

	/** Watches as long as something is held. To be called whenever that has changed. */
	adjust(ground: Ground): void {
		if (this.#held.size === 0) {
			this.#watch?.close();
			this.#watch = undefined;
		} else if (!this.#watch) {
			try {
				this.#watch = watchNewcomers(ground.native, (pid) => this.#began(ground, pid, tries));
				this.trouble = undefined;
			} catch (error) {
				this.trouble = `the kernel does not tell of programs that begin (${(error as Error).message}), so their clocks are moved at the next look only`;
			}
		}
	}

	#began(ground: Ground, pid: number, left: number): void {
		for (const held of this.#held.of(pid)) {
			try {
				putInto(ground, held, pid);
			} catch (error) {
				// Why else one can't be moved is found, and told, by the next look at the container.
				if (error instanceof BusyError && left > 0)
					setTimeout(() => this.#began(ground, pid, left - 1), tryAgainMs).unref();
			}
		}
	}
}

/** Puts a fault into one process, if it is not there. @throws BusyError; an Error when its clocks can't be moved. */
export function putInto({ native, patch }: Ground, { share, known }: Held, pid: number): void {
	const clock = lookAt(native, pid);
	if (!clock) return;
	assertMovable(patch, clock);
	step("vdso-patch", () => addShare(native, patch, clock, share));
	known.set(pid, clock.address);
}
