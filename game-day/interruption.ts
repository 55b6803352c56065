/** By what a game day is ended before its time. */
export type Cause = "SIGINT" | "SIGTERM" | "SIGHUP" | "abort" | "time-out";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * What a user does to end a game day. A signal (Ctrl-C, the end of a CI job, a closed terminal, or the caller's own) says that it is to
 * recover now; the same one again that nobody wants to wait for that any more. Another one says no more than the first: CI that ends
 * a job sends SIGINT, then SIGTERM. Nor does SIGHUP again: of a closed terminal both its shell and the kernel tell.
 */
export class Interruption {
	/** Aborted by the first signal, or the time-out. */
	readonly first: AbortSignal;
	/** Aborted when a signal comes again; the reason is a {@link Cause}. */
	readonly second: AbortSignal;
	private readonly controllers = [new AbortController(), new AbortController()] as const;
	private readonly given: AbortSignal | undefined;
	private timer: NodeJS.Timeout | undefined;
	private readonly came = new Set<Cause>();

	/** Listens until {@link end} is called. While it does, the signals do not end this process. */
	constructor(given?: AbortSignal) {
		this.given = given;
		this.first = this.controllers[0].signal;
		this.second = this.controllers[1].signal;
		for (const signal of signals) process.on(signal, this.onSignal);
		given?.addEventListener("abort", this.onAbort, { once: true });
		if (given?.aborted) this.onAbort();
	}

	/** What has ended it; undefined while nothing has. */
	get cause(): Cause | undefined {
		return this.first.aborted ? (this.first.reason as Cause) : undefined;
	}

	/** From now on it is ended after some time, in milliseconds. */
	timeOutAfter(milliseconds: number): void {
		this.timer = setTimeout(() => this.controllers[0].abort("time-out" satisfies Cause), milliseconds);
	}

	/** The time-out holds no more. */
	dropTimeOut(): void {
		clearTimeout(this.timer);
	}

	/** Listens no more. */
	end(): void {
		this.dropTimeOut();
		for (const signal of signals) process.off(signal, this.onSignal);
		this.given?.removeEventListener("abort", this.onAbort);
	}

	private readonly onSignal = (signal: NodeJS.Signals): void => this.interrupt(signal as Cause);

	private readonly onAbort = (): void => this.interrupt("abort");

	private interrupt(cause: Cause): void {
		if (this.came.has(cause) && cause !== "SIGHUP") this.controllers[1].abort(cause);
		this.came.add(cause);
		this.controllers[0].abort(cause);
	}
}
