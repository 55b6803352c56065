import { mkdtempSync, rmSync } from "node:fs";
import { release, tmpdir } from "node:os";
import { join } from "node:path";
import { timeInjector } from "../../faults/time/inject.ts";
import type { TimeInstruction } from "../../faults/time/plan.ts";
import { type Program, ProgramContainer } from "../../test/support/program-container.ts";
import { onPath } from "../../tools/lib/search-path.ts";
import { quantile } from "../result.ts";
import { compiledC, type Language, languages } from "./languages.ts";
import type { Subject } from "./subject.ts";

/** What a program of a language said of a moved clock. */
interface ClockRow {
	language: string;
	/** Milliseconds by which its clock was found to be ahead. */
	seenMs: number;
	/** What reading the clock took while it was moved, as a multiple of what it takes otherwise. */
	cost: number;
}

/** All that was measured, and the machine that it is of. */
interface ClockResult {
	kernel: string;
	rows: ClockRow[];
	/** Milliseconds that a process more in the container costs, while it is put in place and while it is taken out. */
	processMs: { inject: number; recover: number };
	/** Milliseconds from execve until the clock of the program that begins is moved. */
	newcomerMs: { n: number; p50: number; p99: number };
}

const instruction: TimeInstruction = { clocks: ["CLOCK_REALTIME"], seconds: -86_401, nanoseconds: 500_000_000 };
const askedMs = instruction.seconds * 1000 + instruction.nanoseconds / 1e6;
const id = "0123456789abcdef";
/** A container with few processes, and one with many. */
const crowd = { few: 1, many: 41, runs: 7 };
const newcomers = 200;
const bounds = { seenMs: 20, cost: 2, processMs: 10, newcomerMs: 5 };

/**
 * By how much clocks are moved, for programs in each language whose compiler or interpreter is here, and what that costs. Needs root,
 * and gcc.
 */
export const time: Subject<ClockResult> = {
	name: "time",

	async measure(said) {
		const folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-bench-"));
		try {
			await timeInjector.needs(instruction);
			const rows: ClockRow[] = [];
			for (const language of languages) {
				if (onPath(language.tool) === undefined) continue;
				const row = await rowOf(language, folder);
				rows.push(row);
				said(line(row));
			}
			const processMs = await timeProcesses(compiledC("clock", folder));
			const newcomerMs = await timeNewcomers(compiledC("newcomer", folder));
			return { kernel: release(), rows, processMs, newcomerMs };
		} finally {
			rmSync(folder, { recursive: true });
		}
	},

	section: ({ kernel, rows, processMs, newcomerMs }) => [
		"## Time",
		`What programs in several languages say of \`CLOCK_REALTIME\` that is moved by ${askedMs / 1000} s, and what a reading of it takes then, as a multiple of what it takes otherwise in the same program; Linux ${kernel}. It holds when the clock is off by no more than ${bounds.seenMs} ms, which is how exactly it can be asked, and a reading takes less than ${bounds.cost} times as long.`,
		["| target | offset seen | error | a reading takes | holds |", "|---|---:|---:|---:|---|", ...rows.map(line)].join(
			"\n",
		),
		`A process more in the container takes ${processMs.inject.toFixed(1)} ms when the clock is moved, and ${processMs.recover.toFixed(1)} ms when it is set right (${crowd.many} processes instead of ${crowd.few}, medians of ${crowd.runs}; less than ${bounds.processMs} ms must do). A program that begins while its container's clock is moved has the moved clock ${newcomerMs.p50.toFixed(1)} ms after its execve (median of ${newcomerMs.n}; 99 % within ${newcomerMs.p99.toFixed(1)} ms; less than ${bounds.newcomerMs} ms must do).`,
	],

	off: ({ rows, processMs, newcomerMs }) => [
		...rows.filter((row) => !isClose(row)).map((row) => `time: ${row.language}: ${line(row)}`),
		...(processMs.inject < bounds.processMs ? [] : [`time: a process more takes ${processMs.inject} ms`]),
		...(newcomerMs.p50 < bounds.newcomerMs ? [] : [`time: a program that begins waits ${newcomerMs.p50} ms`]),
	],
};

async function rowOf({ language, build }: Language, folder: string): Promise<ClockRow> {
	const [file, ...args] = build(folder);
	const container = new ProgramContainer();
	try {
		const program = await container.start(file, args);
		await look(program);
		const before = await look(program);
		const { target } = container;
		const undo = await timeInjector.prepare(target, instruction, id, 60_000);
		await timeInjector.inject(target, instruction, undo);
		const during = await look(program);
		await timeInjector.recover(target, undo);
		const after = await look(program);
		if (Math.abs(after.aheadMs) > bounds.seenMs)
			throw new Error(`${language}: the clock is still off by ${after.aheadMs} ms`);
		const cost = during.nanoseconds / Math.min(before.nanoseconds, after.nanoseconds);
		return { language, seenMs: during.aheadMs, cost };
	} finally {
		await container.stop();
	}
}

/** Asks a program some times: its answer is the time of its last moment, and the nanoseconds that a reading takes. */
async function look(program: Program): Promise<{ aheadMs: number; nanoseconds: number }> {
	const looks = [];
	for (let times = 0; times < 5; times++) {
		const answer = await program.ask();
		const now = performance.timeOrigin + performance.now();
		const [said = 0, nanoseconds = 0] = answer.split(" ").map(Number);
		looks.push({ aheadMs: said - now, nanoseconds });
	}
	// The answer comes behind the reading, through a pipe: the later it comes, the more the clock seems to be behind.
	return {
		aheadMs: Math.max(...looks.map(({ aheadMs }) => aheadMs)),
		nanoseconds: Math.min(...looks.map(({ nanoseconds }) => nanoseconds)),
	};
}

/** What a process costs, by containers with few and with many. */
async function timeProcesses(file: string): Promise<ClockResult["processMs"]> {
	const [few, many] = [await timesWith(crowd.few, file), await timesWith(crowd.many, file)];
	const each = (phase: "inject" | "recover"): number =>
		(quantile(many[phase], 0.5) - quantile(few[phase], 0.5)) / (crowd.many - crowd.few);
	return { inject: each("inject"), recover: each("recover") };
}

async function timesWith(processes: number, file: string): Promise<Record<"inject" | "recover", number[]>> {
	const container = new ProgramContainer();
	const times = { inject: [] as number[], recover: [] as number[] };
	try {
		for (let started = 0; started < processes; started++) await container.start(file);
		const { target } = container;
		for (let run = 0; run < crowd.runs; run++) {
			const start = performance.now();
			const undo = await timeInjector.prepare(target, instruction, id, 60_000);
			await timeInjector.inject(target, instruction, undo);
			const between = performance.now();
			await timeInjector.recover(target, undo);
			times.inject.push(between - start);
			times.recover.push(performance.now() - between);
		}
		return times;
	} finally {
		await container.stop();
	}
}

async function timeNewcomers(file: string): Promise<ClockResult["newcomerMs"]> {
	const container = new ProgramContainer();
	try {
		const program = await container.start(file);
		const { target } = container;
		const undo = await timeInjector.prepare(target, instruction, id, 600_000);
		await timeInjector.inject(target, instruction, undo);
		const waits: number[] = [];
		for (let times = 0; times < newcomers; times++) waits.push(Number(await program.ask()) / 1e6);
		await timeInjector.recover(target, undo);
		return { n: newcomers, p50: quantile(waits, 0.5), p99: quantile(waits, 0.99) };
	} finally {
		await container.stop();
	}
}

function isClose({ seenMs, cost }: ClockRow): boolean {
	return Math.abs(seenMs - askedMs) <= bounds.seenMs && cost < bounds.cost;
}

function line(row: ClockRow): string {
	const { language, seenMs, cost } = row;
	const cells = [
		language,
		`${(seenMs / 1000).toFixed(3)} s`,
		`${(seenMs - askedMs).toFixed(1)} ms`,
		`${cost.toFixed(2)} times`,
		isClose(row) ? "yes" : "no",
	];
	return `| ${cells.join(" | ")} |`;
}
