import { parseDuration } from "../../api/duration.ts";
import type { Experiment } from "../../api/experiment.ts";
import { errorText } from "../../api/log.ts";
import type { Probe, ProbeStage } from "../../api/probe.ts";
import type { ProbeStatus, SampleOutcome, StageResult } from "../../api/status.ts";
import type { Caller } from "../node-calls.ts";
import { isDecided, resultOf, type Sample, undecided, withLook } from "./results.ts";

/** How one look came out; `error`: nobody could look. */
export type Answer = { outcome: "passed" } | { outcome: "failed" | "error"; message: string };

/** Asks a probe's question once. The signal ends it; what it throws counts as an error. */
export type Ask = (probe: Probe, experiment: Experiment, signal: AbortSignal) => Promise<Answer>;

/** A look that comes out otherwise than the one before it is written down this soon (ms), and all others this often. */
const changedMs = 3000;
const unchangedMs = 30_000;

/** What looking needs. */
export interface ProberOptions {
	ask: Ask;
	/** Has the experiment reconciled, now or after a while (ms). */
	wake: (key: string, after: number) => void;
	/** Now, ms since the epoch: when a look was. */
	now?: () => number;
	/** Milliseconds on a clock that never jumps: when the next one is due, whoever sets the wall clock meanwhile. */
	ticks?: () => number;
	/** Runs something later; returns what prevents it. */
	later?: (ms: number, run: () => void) => () => void;
	/** Told of each look: the type of the probe, how it came out, and how long it took in seconds. */
	onLook?: (type: Probe["type"], outcome: SampleOutcome, seconds: number) => void;
}

/** What is looked at from now on. */
export interface Followed {
	experiment: Experiment;
	/** The part that the experiment is in; undefined: none in which probes are looked at. */
	stage: ProbeStage | undefined;
	/** With their defaults. */
	probes: readonly Probe[];
	/** Where they stand. */
	statuses: readonly ProbeStatus[];
}

interface Course {
	key: string;
	stage: ProbeStage | undefined;
	experiment: Experiment;
	/** What ends the looking, by name of the probe. */
	loops: Map<string, () => void>;
	/** Looks that the status does not know of yet. */
	samples: Sample[];
}

/**
 * Looks at probes in the background, each in its interval and one look at a time (a limit for all of them together would let those of one
 * experiment that hang hold up those of another), and has the experiment reconciled when that changes anything: at once
 * when a part is decided, else soon or seldom, so that a thousand experiments are not a thousand writes a second. It remembers nothing
 * but looks that are not written down yet: who comes after it goes on from the status.
 */
export class Prober {
	readonly #options: ProberOptions;
	readonly #now: () => number;
	readonly #ticks: () => number;
	readonly #later: NonNullable<ProberOptions["later"]>;
	readonly #courses = new Map<string, Course>();

	constructor(options: ProberOptions) {
		this.#options = options;
		this.#now = options.now ?? Date.now;
		this.#ticks = options.ticks ?? (() => performance.now());
		this.#later = options.later ?? inTime;
	}

	/** Looks that the status does not know of yet; they stay until they are acknowledged. */
	collect(uid: string): readonly Sample[] {
		return [...(this.#courses.get(uid)?.samples ?? [])];
	}

	/** Forgets the first looks: the status knows them now. */
	acknowledge(uid: string, count: number): void {
		this.#courses.get(uid)?.samples.splice(0, count);
	}

	/** Has the probes of a part looked at whose outcome is open, and no others of this experiment. Looks go on where nothing is new. */
	follow({ key, uid }: Caller, { experiment, stage, probes, statuses }: Followed): void {
		const course = this.#courses.get(uid) ?? { key, stage: undefined, experiment, loops: new Map(), samples: [] };
		this.#courses.set(uid, course);
		if (course.stage !== stage) endAll(course);
		course.stage = stage;
		course.experiment = experiment;
		if (stage === undefined) return;
		for (const probe of undecided(probes, statuses, stage)) {
			if (!course.loops.has(probe.name)) this.#loop(course, probe, stage, statuses);
		}
	}

	/** Ends all about an experiment. */
	forget(uid: string): void {
		const course = this.#courses.get(uid);
		if (course) endAll(course);
		this.#courses.delete(uid);
	}

	/** Ends all. */
	stop(): void {
		for (const uid of [...this.#courses.keys()]) this.forget(uid);
	}

	#loop(course: Course, probe: Probe, stage: ProbeStage, statuses: readonly ProbeStatus[]): void {
		let ended = false;
		let cancel = (): void => undefined;
		course.loops.set(probe.name, () => {
			ended = true;
			cancel();
		});
		let result = resultOf(statuses, probe, stage);
		const look = async (): Promise<void> => {
			const begun = this.#ticks();
			// One for each look: listeners would gather on one that lives for hours.
			const asking = new AbortController();
			cancel = () => asking.abort();
			const answer = await this.#ask(probe, course.experiment, asking);
			if (ended) return;
			const before = result;
			result = withLook(probe, stage, before, answer.outcome);
			const time = new Date(this.#now()).toISOString();
			course.samples.push({ probe: probe.name, when: stage, time, ...answer });
			this.#options.wake(course.key, wakeAfter(before, result));
			if (isDecided(result)) return;
			const interval = parseDuration(probe.interval ?? "") ?? 0;
			cancel = this.#later(Math.max(0, begun + interval - this.#ticks()), look);
		};
		void look();
	}

	async #ask(probe: Probe, experiment: Experiment, asking: AbortController): Promise<Answer> {
		const begun = this.#ticks();
		const answer = await this.#answer(probe, experiment, asking);
		this.#options.onLook?.(probe.type, answer.outcome, (this.#ticks() - begun) / 1000);
		return answer;
	}

	async #answer(probe: Probe, experiment: Experiment, asking: AbortController): Promise<Answer> {
		const tooLate = Promise.withResolvers<Answer>();
		const cancel = this.#later(parseDuration(probe.timeout ?? "") ?? 0, () => {
			tooLate.resolve({ outcome: "failed", message: `no answer within ${probe.timeout}` });
			asking.abort();
		});
		const asked = this.#options
			.ask(probe, experiment, asking.signal)
			.catch((error: unknown): Answer => ({ outcome: "error", message: errorText(error) }));
		try {
			return await Promise.race([asked, tooLate.promise]);
		} finally {
			cancel();
		}
	}
}

/** How soon a look is to be written down, ms. */
function wakeAfter(before: StageResult | undefined, after: StageResult): number {
	if (isDecided(after)) return 0;
	const failed = (result: StageResult | undefined): boolean => (result?.failedInRow ?? 0) > 0;
	return failed(before) === failed(after) ? unchangedMs : changedMs;
}

function endAll({ loops }: Course): void {
	for (const end of loops.values()) end();
	loops.clear();
}

function inTime(ms: number, run: () => void): () => void {
	const timer = setTimeout(run, ms);
	return () => clearTimeout(timer);
}
