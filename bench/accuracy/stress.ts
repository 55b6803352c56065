import { cpus, release } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { stressInjector } from "../../faults/stress/inject.ts";
import type { StressInstruction } from "../../faults/stress/plan.ts";
import { Container, type Limits } from "../../test/support/container.ts";

/** One case: what is asked of a container, and what it comes to. */
interface Case {
	what: string;
	limits: Limits;
	instruction: StressInstruction;
	/** Processors, or bytes of memory. */
	asked: number;
}

/** What a container's own counters said. */
export interface StressRow {
	what: string;
	unit: "processors" | "bytes";
	asked: number;
	/** Each time, in the order of measuring. */
	measured: number[];
}

const MiB = 2 ** 20;
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
 * Puts each case in place `runs` times, in a container of its own on this machine, and reads the counters of its cgroup. Needs root,
 * stress-ng and perl. `said` hears of each row when it is there.
 */
export async function measureStress(runs: number, said: (row: StressRow) => void = () => {}): Promise<StressRow[]> {
	const rows: StressRow[] = [];
	for (const each of cases) {
		const measured: number[] = [];
		for (let run = 0; run < runs; run++) measured.push(await measure(each));
		const row: StressRow = {
			what: each.what,
			unit: each.instruction.cpu ? "processors" : "bytes",
			asked: each.asked,
			measured,
		};
		rows.push(row);
		said(row);
	}
	return rows;
}

async function measure({ limits, instruction }: Case): Promise<number> {
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

/** The section on stress of docs/accuracy.md. */
export function stressSection(rows: readonly StressRow[]): string[] {
	return [
		"## Stress",
		`Counters of the container's cgroup, read from outside of it, over ${windowMs / 1000} s for the processor; Linux ${release()}, ${cpus().length} processors, the container before all others in its turn. Memory is with what the holder takes for itself. A load holds when it is within 5 points, memory when it is within 5 %.`,
		[
			"| asked for | n | asked | least | most | worst error | holds |",
			"|---|---:|---:|---:|---:|---:|---|",
			...rows.map(line),
		].join("\n"),
	];
}

/** Whether all that was measured is as close to what was asked as it must be. */
export function isClose(row: StressRow): boolean {
	return Math.abs(worst(row)) <= 0.05;
}

/** The largest error: of processors in processors, of memory as a share. */
function worst({ unit, asked, measured }: StressRow): number {
	const errors = measured.map((value) => (unit === "processors" ? value - asked : value / asked - 1));
	return errors.reduce((most, error) => (Math.abs(error) > Math.abs(most) ? error : most), 0);
}

function line(row: StressRow): string {
	const show = (value: number): string =>
		row.unit === "processors" ? value.toFixed(3) : `${(value / 1e6).toFixed(1)} MB`;
	const error = `${worst(row) < 0 ? "" : "+"}${(worst(row) * 100).toFixed(1)} ${row.unit === "processors" ? "points" : "%"}`;
	const cells = [
		row.what,
		String(row.measured.length),
		show(row.asked),
		show(Math.min(...row.measured)),
		show(Math.max(...row.measured)),
		error,
	];
	return `| ${[...cells, isClose(row) ? "yes" : "no"].join(" | ")} |`;
}
