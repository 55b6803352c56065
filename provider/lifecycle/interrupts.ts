/**
 * Work that must not be cut off silently. When the user gives up (second Ctrl-C) or the engine dies, all work in flight is told
 * through its signal and gets the time to clean up.
 */
export class Interrupts {
	private readonly inFlight = new Map<AbortController, Promise<unknown>>();

	/** Runs `work`; its signal is aborted when it is interrupted. */
	async during<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
		const controller = new AbortController();
		const promise = work(controller.signal);
		this.inFlight.set(controller, promise);
		try {
			return await promise;
		} finally {
			this.inFlight.delete(controller);
		}
	}

	/** Tells all work in flight, and resolves when it has ended. */
	async interrupt(): Promise<void> {
		const work = [...this.inFlight];
		for (const [controller] of work) controller.abort();
		await Promise.allSettled(work.map(([, promise]) => promise));
	}
}
