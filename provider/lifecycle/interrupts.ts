/**
 * Work that must not be cut off silently. When the user gives up (second Ctrl-C) or the engine dies, all work in flight is told
 * through its signal and gets the time to clean up.
 */
export class Interrupts {
	private readonly inFlight = new Map<AbortController, Promise<unknown>>();
	private interrupted = false;

	/** Runs `work`; its signal is aborted when it is interrupted, and from the start when that was before. */
	async during<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
		const controller = new AbortController();
		if (this.interrupted) controller.abort();
		const promise = work(controller.signal);
		this.inFlight.set(controller, promise);
		try {
			return await promise;
		} finally {
			this.inFlight.delete(controller);
		}
	}

	/** Tells all work in flight and whatever the engine still starts, and resolves when all of it has ended. */
	async interrupt(): Promise<void> {
		this.interrupted = true;
		for (const controller of this.inFlight.keys()) controller.abort();
		while (this.inFlight.size > 0) await Promise.allSettled(this.inFlight.values());
	}
}
