import { check } from "../../api/check.ts";
import { fillDefaults } from "../../api/defaults.ts";
import type { Log } from "../../api/log.ts";
import { type OwnProbe, type OwnProbeStatus, ownProbe, ownProbePath } from "../../api/own-probe.ts";
import type { Probe } from "../../api/probe.ts";
import { describeProblems } from "../../api/problem.ts";
import { orNothing } from "../api-server.ts";
import type { FencedServer } from "../fenced.ts";
import { Queue } from "../queue.ts";
import { type Answer, Looker, type LookerOptions } from "./looker.ts";
import { standingAfter, standingBefore, writeAfterMs } from "./own-standing.ts";

/** Statuses that are written at the same time. */
const writers = 2;
/** Longest wait for those when all is to end, ms. */
const patienceMs = 3000;

/** What looking at Probes needs. */
export interface OwnProbesOptions extends LookerOptions {
	server: Pick<FencedServer, "get" | "put">;
	log: Log;
}

/** What is known of a Probe. */
interface Course {
	probe: OwnProbe;
	standing: OwnProbeStatus;
	/** Whether the object's status is to become that. */
	unwritten: boolean;
	/** Ends the looking. */
	end: () => void;
}

/**
 * Looks at the Probes of the cluster for as long as they are there, and writes down where they stand: at once when an outcome changes,
 * soon when a row of failures begins or ends, and else seldom. Who comes after it goes on from there.
 */
export class OwnProbes {
	readonly #options: OwnProbesOptions;
	readonly #looker: Looker;
	readonly #courses = new Map<string, Course>();
	readonly #writes: Queue;
	#stopped = false;

	constructor(options: OwnProbesOptions) {
		this.#options = options;
		this.#looker = new Looker(options);
		this.#writes = new Queue({
			workers: writers,
			run: async (key) => {
				await this.#write(key);
				return undefined;
			},
			onError: (probe, error, failures) =>
				options.log.warn("where a Probe stands could not be written", { probe, error, failures }),
		});
	}

	/** To be told of every Probe that comes, changes or goes. */
	changed(after: OwnProbe | undefined, before: OwnProbe | undefined): void {
		if (this.#stopped) return;
		const key = keyOf(after ?? before);
		const course = this.#courses.get(key);
		// Our own writes come back here.
		if (after && course && asksTheSame(after, course.probe)) return;
		course?.end();
		this.#courses.delete(key);
		if (after) this.#begin(key, after);
	}

	/** Ends all; nothing is begun any more. */
	async stop(): Promise<void> {
		this.#stopped = true;
		for (const { end } of this.#courses.values()) end();
		this.#courses.clear();
		await this.#writes.stop(patienceMs);
	}

	#begin(key: string, probe: OwnProbe): void {
		const { namespace, name } = probe.metadata;
		const course: Course = { probe, standing: standingBefore(probe), unwritten: false, end: () => undefined };
		this.#courses.set(key, course);
		const spec = fillDefaults(ownProbe.spec, probe.spec, namespace);
		const asked = { ...spec, name } as unknown as Probe;
		const problems = check(ownProbe, spec);
		if (problems.length > 0) {
			const message = describeProblems(problems.map(({ path, message }) => ({ path: `spec.${path}`, message })));
			this.#tell(key, course, 0, { outcome: "error", message }, new Date().toISOString());
			return;
		}
		course.end = this.#looker.follow(
			asked,
			() => probe,
			(answer, time) => {
				this.#tell(key, course, asked.tolerance ?? 0, answer, time);
				return true;
			},
		);
	}

	#tell(key: string, course: Course, tolerance: number, answer: Answer, time: string): void {
		const before = course.standing;
		const after = standingAfter(before, { time, ...answer }, tolerance);
		course.standing = after;
		course.unwritten = true;
		this.#writes.add(key, writeAfterMs(before, after));
		if (before.outcome === after.outcome) return;
		this.#options.log.info("a Probe stands otherwise", { probe: key, outcome: after.outcome, message: after.message });
	}

	async #write(key: string): Promise<void> {
		const course = this.#courses.get(key);
		if (!course?.unwritten) return;
		const path = ownProbePath(course.probe.metadata);
		const present = await orNothing(this.#options.server.get<OwnProbe>(path));
		// The news of what has become of it is on its way.
		if (!present || !asksTheSame(present, course.probe)) return;
		const status = course.standing;
		await this.#options.server.put(`${path}/status`, { ...present, status });
		if (course.standing === status) course.unwritten = false;
	}
}

function keyOf(probe: OwnProbe | undefined): string {
	return `${probe?.metadata.namespace}/${probe?.metadata.name}`;
}

function asksTheSame({ metadata: a }: OwnProbe, { metadata: b }: OwnProbe): boolean {
	return a.uid === b.uid && a.generation === b.generation;
}
