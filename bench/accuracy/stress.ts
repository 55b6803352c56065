import { cpus, release } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { stressInjector } from "../../faults/stress/inject.ts";
import type { StressInstruction } from "../../faults/stress/plan.ts";
import { Container, type Limits } from "../../test/support/container.ts";
import type { Subject } from "./subject.ts";

/** One case: what is asked of a container, and what it comes to. */
interface Case {
	what: string;
	limits: Limits;
	instruction: StressInstruction;
	/** Processors, or bytes of memory. */
	asked: number;
}

/** What a container's own counters said. */
interface StressRow {
	what: string;
	unit: "processors" | "bytes";
	asked: number;
	/** Each time, in the order of measuring. */
	measured: number[];
}

/** All rows, and the machine that they are of. */
interface StressResult {
	kernel: string;
	processors: number;
	rows: StressRow[];
}

const MiB = 2 ** 20;
/** How often each case is measured. */
const runs = 3;
/** Milliseconds over which processor time is counted. */
const windowMs = 10_000;

const load = (workers: number, percent: number, processors?: number): Case => ({
	what: `${workers} × ${percent} % of a processor${processors === undefined ? "" : `, quota ${processors}`}`,
	limits: processors === undefined ? {} : { processors },
	instruction: { cpu: { workers, load: percent, options: [] } },
	asked: Math.min((workers * percent) / 100, processors ?? Number.POSITIVE_INFINITY),
});

const hold = (workers: number, size: string, asked: number, memory?: number): Case => ({
	what: `${size}${memory === undefined ? "" : ` of a limit of ${memory / MiB} MiB`}, ${workers} ${workers === 1 ? "worker" : "workers"}`,
	limits: memory === undefined ? {} : { memory },
	instruction: { memory: { workers, size, oomScoreAdj: 1000, growth: 0 } },
	asked,
});

const cases: readonly Case[] = [
	load(1, 10),
	load(1, 25),
	load(1, 50),
	load(1, 75),
	load(1, 100),
	load(2, 50),
	load(2, 100, 0.5),
	load(1, 80, 0.25),
	hold(1, "16MB", 16e6),
	hold(1, "64MB", 64e6),
	hold(4, "256MB", 256e6),
	hold(1, "1GB", 1e9),
	hold(1, "50%", 128 * MiB, 256 * MiB),
	hold(2, "80%", 0.8 * 512 * MiB, 512 * MiB),
];

/**
 * How close processor time and memory that are used up are to what was asked for: each case in a container of its own on this machine,
 * by the counters of its cgroup. Needs root, stress-ng and perl.
 */
export const stress: Subject<StressResult> = {
	name: "stress",

	async measure(said) {
		const rows: StressRow[] = [];
		for (const each of cases) {
			const measured: number[] = [];
			for (let run = 0; run < runs; run++) measured.push(await measureCase(each));
			const { what, asked, instruction } = each;
			const row: StressRow = { what, unit: instruction.cpu ? "processors" : "bytes", asked, measured };
			rows.push(row);
			said(line(row));
		}
		return { kernel: release(), processors: cpus().length, rows };
	},

	section: ({ kernel, processors, rows }) => [
		"## Stress",
		`Counters of the container's cgroup, read from outside of it, over ${windowMs / 1000} s for the processor; Linux ${kernel}, ${processors} processors, the container before all others in its turn. Memory is what processes have and files in memory, with what the holder takes for itself, without what the kernel takes for them. A load holds when it is within 5 points, memory when it is within 5 %.`,
		[
			"| asked for | n | asked | least | most | worst error | holds |",
			"|---|---:|---:|---:|---:|---:|---|",
			...rows.map(line),
		].join("\n"),
	],

	off: ({ rows }) => rows.filter((row) => !isClose(row)).map((row) => `stress: ${row.what} is off by ${errorOf(row)}`),
};

async function measureCase({ limits, instruction }: Case): Promise<number> {
	const { needs, prepare, inject, recover } = stressInjector;
	const container = await Container.start("measured", limits);
	const { target } = container;
	try {
		await needs(instruction);
		const before = container.bytes;
		const undo = await prepare(target, instruction, "00000000000000ac", 600_000);
		try {
			await inject(target, instruction, undo);
			// stress-ng finds its pace, and the last block is taken.
			await sleep(1000);
			return instruction.cpu ? await container.processors(windowMs) : container.bytes - before;
		} finally {
			await recover(target, undo);
		}
	} finally {
		await container.stop();
	}
}

/** Whether all that was measured is as close to what was asked as it must be. */
function isClose(row: StressRow): boolean {
	return Math.abs(worst(row)) <= 0.05;
}

/** The largest error: of processors in processors, of memory as a share. */
function worst({ unit, asked, measured }: StressRow): number {
	const errors = measured.map((value) => (unit === "processors" ? value - asked : value / asked - 1));
	return errors.reduce((most, error) => (Math.abs(error) > Math.abs(most) ? error : most), 0);
}

/** The largest error in words: `+1.2 points`. */
function errorOf(row: StressRow): string {
	const error = worst(row);
	return `${error < 0 ? "" : "+"}${(error * 100).toFixed(1)} ${row.unit === "processors" ? "points" : "%"}`;
}

function line(row: StressRow): string {
	const show = (value: number): string =>
		row.unit === "processors" ? value.toFixed(3) : `${(value / 1e6).toFixed(1)} MB`;
	const { what, measured, asked } = row;
	const seen = [Math.min(...measured), Math.max(...measured)].map(show);
	const cells = [what, String(measured.length), show(asked), ...seen, errorOf(row), isClose(row) ? "yes" : "no"];
	return `| ${cells.join(" | ")} |`;
}
