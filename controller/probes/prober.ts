import type { Experiment } from "../../api/experiment.ts";
import type { Probe, ProbeStage } from "../../api/probe.ts";
import type { ProbeStatus, StageResult } from "../../api/status.ts";
import type { Caller } from "../node-calls.ts";
import { Looker, type LookerOptions, writtenAfterMs } from "./looker.ts";
import { isDecided, resultOf, type Sample, undecided, withLook } from "./results.ts";

/** What looking needs. */
export interface ProberOptions extends LookerOptions {
	/** Has the experiment reconciled, now or after a while (ms). */
	wake: (key: string, after: number) => void;
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
	readonly #wake: ProberOptions["wake"];
	readonly #looker: Looker;
	readonly #courses = new Map<string, Course>();
	#stopped = false;

	constructor(options: ProberOptions) {
		this.#wake = options.wake;
		this.#looker = new Looker(options);
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
		// Whoever is at it when all ends would begin what nobody ends.
		if (this.#stopped) return;
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

	/** Ends all; nothing is begun any more. */
	stop(): void {
		this.#stopped = true;
		for (const uid of [...this.#courses.keys()]) this.forget(uid);
	}

	#loop(course: Course, probe: Probe, stage: ProbeStage, statuses: readonly ProbeStatus[]): void {
		let result = resultOf(statuses, probe, stage);
		const end = this.#looker.follow(
			probe,
			() => course.experiment,
			(answer, time) => {
				const before = result;
				result = withLook(probe, stage, before, answer.outcome);
				course.samples.push({ probe: probe.name, when: stage, time, ...answer });
				this.#wake(course.key, wakeAfter(before, result));
				return !isDecided(result);
			},
		);
		course.loops.set(probe.name, end);
	}
}

/** How soon a look is to be written down, ms. */
function wakeAfter(before: StageResult | undefined, after: StageResult): number {
	return isDecided(after) ? 0 : writtenAfterMs(before, after);
}

function endAll({ loops }: Course): void {
	for (const end of loops.values()) end();
	loops.clear();
}
