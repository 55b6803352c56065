/** When a lease ends, by each of the node's clocks; what the next process of the daemon goes by. */
export interface LeaseEnd {
	/** How long it was for, ms. */
	leaseMs: number;
	/** Milliseconds since 1970. */
	wall: number;
	/** Milliseconds since the node's boot, and which that was. */
	monotonic: number;
	boot: string;
}

/** When a lease of so many milliseconds that begins now ends. */
export function leaseEnd(leaseMs: number, boot: string): LeaseEnd {
	return { leaseMs, wall: Date.now() + leaseMs, monotonic: sinceBoot() + leaseMs, boot };
}

/**
 * Milliseconds that are left of a lease, by the clock that has gone furthest: one was set back, perhaps, or stood still while the node
 * slept. Never more than it was for.
 */
export function leftOf(end: LeaseEnd, boot: string): number {
	const byBoot = end.boot === boot ? end.monotonic - sinceBoot() : end.leaseMs;
	return Math.max(0, Math.min(end.leaseMs, end.wall - Date.now(), byBoot));
}

/** One for all processes of a boot, unlike `performance.now()`. */
function sinceBoot(): number {
	return Number(process.hrtime.bigint() / 1_000_000n);
}
