import { type Marked, memoryOf } from "./marked.ts";
import type { StressInstruction } from "./plan.ts";
import { mebibytes } from "./size.ts";

/** What is asked for, to be compared with what is reached. */
export interface Asked {
	instruction: StressInstruction;
	/** Bytes of memory, and what they are in words. */
	bytes: number;
	words: string;
	/** Processors that the container may use at most. */
	quota?: number;
}

/** Processors that are used, on the average since the look before; bytes of memory that are held. */
interface Figures {
	processors?: number;
	bytes?: number;
}

/** An injection's stress as it was when it was last looked at. */
interface Sample {
	/** Milliseconds on the monotonic clock. */
	at: number;
	/** Processor time used so far, in seconds. */
	seconds: number;
	/** What was told last. */
	told: Figures;
}

/** Shorter than that, ticks of the clock and turns on the processor would be most of what is seen. */
const shortestMs = 500;
/** Figures are told anew when they are off by more than this: as a share of what is asked, at least of one processor. */
const worthTelling = 0.05;

const samples = new Map<string, Sample>();

/**
 * The load that an injection has reached, in words; undefined when there is nothing to say yet. The words stay the same until the
 * figures have moved.
 */
export function reached(id: string, asked: Asked, marked: readonly Marked[]): string | undefined {
	const before = samples.get(id);
	const at = performance.now();
	if (before && at - before.at < shortestMs) return wordsFor(before.told, asked);
	const seconds = marked.reduce((sum, each) => sum + each.seconds, 0);
	const { cpu, stressng, memory } = asked.instruction;
	const figures: Figures = {
		...(before &&
			(cpu || stressng) && { processors: Math.max(0, ((seconds - before.seconds) / (at - before.at)) * 1000) }),
		...(memory && { bytes: marked.reduce((sum, each) => sum + (each.part === "memory" ? memoryOf(each) : 0), 0) }),
	};
	const told = before && !hasMoved(before.told, figures, asked) ? before.told : figures;
	samples.set(id, { at, seconds, told });
	return wordsFor(told, asked);
}

/** Forgets what was measured of an injection. */
export function forget(id: string): void {
	samples.delete(id);
}

function hasMoved(told: Figures, now: Figures, asked: Asked): boolean {
	const moved = (name: keyof Figures, whole: number): boolean =>
		Math.abs((now[name] ?? 0) - (told[name] ?? 0)) > whole * worthTelling ||
		(told[name] === undefined) !== (now[name] === undefined);
	return moved("processors", Math.max(1, processorsOf(asked) ?? 1)) || moved("bytes", asked.bytes);
}

function processorsOf({ instruction: { cpu } }: Asked): number | undefined {
	return cpu && (cpu.workers * cpu.load) / 100;
}

function wordsFor({ processors, bytes }: Figures, asked: Asked): string | undefined {
	const wanted = processorsOf(asked);
	const said = [
		...(processors === undefined ? [] : [`uses ${processors.toFixed(2)} processors${ofAsked(wanted, asked.quota)}`]),
		...(bytes === undefined
			? []
			: [`holds ${mebibytes(bytes)} of memory of ${mebibytes(asked.bytes)} asked (${asked.words})`]),
	];
	return said.length === 0 ? undefined : said.join("; ");
}

function ofAsked(wanted: number | undefined, quota: number | undefined): string {
	const of = wanted === undefined ? "" : ` of ${wanted.toFixed(2)} asked`;
	return quota === undefined || (wanted !== undefined && wanted <= quota)
		? of
		: `${of}, where the quota of the container is ${quota.toFixed(2)}`;
}
