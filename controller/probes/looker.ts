import { parseDuration } from "../../api/duration.ts";
import { errorText } from "../../api/log.ts";
import type { Probe } from "../../api/probe.ts";
import type { SampleOutcome } from "../../api/status.ts";

/** How one look came out; `error`: nobody could look. */
export type Answer = { outcome: "passed" } | { outcome: "failed" | "error"; message: string };

/** The object that a probe is of. */
export interface ProbeOwner {
	metadata: { namespace: string };
}

/** Asks a probe's question once. The signal ends it; what it throws counts as an error. */
export type Ask = (probe: Probe, owner: ProbeOwner, signal: AbortSignal) => Promise<Answer>;

/** A look that comes out otherwise than the one before it is written down this soon (ms), and all others this often. */
const changedMs = 3000;
const unchangedMs = 30_000;

/** How soon a look is to be written down that decides nothing, ms: a row of failures that begins or ends is news. */
export function writtenAfterMs(before: { failedInRow: number } | undefined, after: { failedInRow: number }): number {
	return (before?.failedInRow ?? 0) > 0 === after.failedInRow > 0 ? unchangedMs : changedMs;
}

/** What looking needs. */
export interface LookerOptions {
	ask: Ask;
	/** Now, ms since the epoch: when a look was. */
	now?: () => number;
	/** Milliseconds on a clock that never jumps: when the next one is due, whoever sets the wall clock meanwhile. */
	ticks?: () => number;
	/** Runs something later; returns what prevents it. */
	later?: (ms: number, run: () => void) => () => void;
	/** Told of each look: the type of the probe, how it came out, and how long it took in seconds. */
	onLook?: (type: Probe["type"], outcome: SampleOutcome, seconds: number) => void;
}

/** Looks at probes, each in its interval and one look at a time. */
export class Looker {
	readonly #options: LookerOptions;
	readonly #now: () => number;
	readonly #ticks: () => number;
	readonly #later: NonNullable<LookerOptions["later"]>;

	constructor(options: LookerOptions) {
		this.#options = options;
		this.#now = options.now ?? Date.now;
		this.#ticks = options.ticks ?? (() => performance.now());
		this.#later = options.later ?? inTime;
	}

	/**
	 * Begins to look at a probe.
	 *
	 * @param probe - with its defaults
	 * @param ownerOf - the object that it is of, as it is by then
	 * @param tell - told of each look, and when it was (RFC 3339); says whether to look again
	 * @returns ends it; nothing is told any more from then on
	 */
	follow(probe: Probe, ownerOf: () => ProbeOwner, tell: (answer: Answer, time: string) => boolean): () => void {
		let ended = false;
		let cancel = (): void => undefined;
		const look = async (): Promise<void> => {
			const begun = this.#ticks();
			// One for each look: listeners would gather on one that lives for hours.
			const asking = new AbortController();
			cancel = () => asking.abort();
			const answer = await this.#ask(probe, ownerOf(), asking);
			if (ended) return;
			if (!tell(answer, new Date(this.#now()).toISOString())) return;
			const interval = parseDuration(probe.interval ?? "") ?? 0;
			cancel = this.#later(Math.max(0, begun + interval - this.#ticks()), look);
		};
		void look();
		return () => {
			ended = true;
			cancel();
		};
	}

	async #ask(probe: Probe, owner: ProbeOwner, asking: AbortController): Promise<Answer> {
		const begun = this.#ticks();
		const answer = await this.#answer(probe, owner, asking);
		this.#options.onLook?.(probe.type, answer.outcome, (this.#ticks() - begun) / 1000);
		return answer;
	}

	async #answer(probe: Probe, owner: ProbeOwner, asking: AbortController): Promise<Answer> {
		const tooLate = Promise.withResolvers<Answer>();
		const cancel = this.#later(parseDuration(probe.timeout ?? "") ?? 0, () => {
			tooLate.resolve({ outcome: "failed", message: `no answer within ${probe.timeout}` });
			asking.abort();
		});
		const asked = this.#options
			.ask(probe, owner, asking.signal)
			.catch((error: unknown): Answer => ({ outcome: "error", message: errorText(error) }));
		try {
			return await Promise.race([asked, tooLate.promise]);
		} finally {
			cancel();
		}
	}
}

function inTime(ms: number, run: () => void): () => void {
	const timer = setTimeout(run, ms);
	return () => clearTimeout(timer);
}
