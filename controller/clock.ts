import { setTimeout as sleep } from "node:timers/promises";

/** Time as one process has it. */
export interface Clock {
	/** Milliseconds on a clock that never jumps. */
	now(): number;
	/** Milliseconds since 1970, which somebody may set. */
	wall(): number;
	/** Resolves after so many milliseconds, or when the signal is aborted. */
	sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** That of this machine. */
export const systemClock: Clock = {
	now: () => performance.now(),
	wall: () => Date.now(),
	sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => undefined),
};
