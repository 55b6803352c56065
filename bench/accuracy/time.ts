import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { timeInjector } from "../../faults/time/inject.ts";
import type { TimeInstruction } from "../../faults/time/plan.ts";
import { type Program, ProgramContainer } from "../../test/support/program-container.ts";
import { onPath } from "../../tools/lib/search-path.ts";

/** What a program of a language said of a moved clock. */
export interface ClockRow {
	language: string;
	/** Milliseconds that were asked for, and by which its clock was found to be ahead; the latter is exact to `withinMs`. */
	askedMs: number;
	seenMs: number;
	withinMs: number;
	/** What reading the clock took while it was moved, as a multiple of what it takes otherwise. */
	cost: number;
	/** Milliseconds that putting it in place took, looking for the processes included. */
	injectMs: number;
}

const programs = join(import.meta.dirname, "programs");
const instruction: TimeInstruction = { clocks: ["CLOCK_REALTIME"], seconds: -86_401, nanoseconds: 500_000_000 };
const askedMs = instruction.seconds * 1000 + instruction.nanoseconds / 1e6;
const id = "0123456789abcdef";

/** Languages, with the tool that each needs, and how a program is made in a folder and started. */
const languages: { language: string; tool: string; build(folder: string): [string, ...string[]] }[] = [
	{
		language: "C",
		tool: "gcc",
		build: (folder) => [compiled("gcc", ["-O2", "-o", join(folder, "c"), "clock.c"], join(folder, "c"))],
	},
	{
		language: "C, static",
		tool: "gcc",
		build: (folder) => [compiled("gcc", ["-O2", "-static", "-o", join(folder, "s"), "clock.c"], join(folder, "s"))],
	},
	{
		language: "Go",
		tool: "go",
		build: (folder) => [compiled("go", ["build", "-o", join(folder, "go"), "clock.go"], join(folder, "go"))],
	},
	{
		language: "Java",
		tool: "javac",
		build: (folder) => ["java", "-cp", compiled("javac", ["-d", folder, "Clock.java"], folder), "Clock"],
	},
	{ language: "Python", tool: "python3", build: () => ["python3", join(programs, "clock.py")] },
	{ language: "Node", tool: "node", build: () => [process.execPath, join(programs, "clock.mjs")] },
];

function compiled(compiler: string, args: string[], result: string): string {
	execFileSync(compiler, args, { cwd: programs, stdio: ["ignore", "inherit", "inherit"] });
	return result;
}

/**
 * A row for each language whose compiler or interpreter is here: how far its clock is moved, and at what cost. Needs root.
 *
 * `tools/node --import ./tools/generate/sources-as-modules.ts bench/accuracy/time.ts` prints them.
 */
export async function benchClocks(): Promise<ClockRow[]> {
	const folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-bench-"));
	try {
		const rows: ClockRow[] = [];
		for (const { language, tool, build } of languages) {
			if (onPath(tool) === undefined) continue;
			rows.push(await row(language, build(folder)));
		}
		return rows;
	} finally {
		rmSync(folder, { recursive: true });
	}
}

async function row(language: string, [file, ...args]: [string, ...string[]]): Promise<ClockRow> {
	const container = new ProgramContainer();
	try {
		const program = await container.start(file, args);
		await look(program);
		const before = await look(program);
		const { target } = container;
		await timeInjector.needs(instruction);
		const start = performance.now();
		const undo = await timeInjector.prepare(target, instruction, id, 60_000);
		await timeInjector.inject(target, instruction, undo);
		const injectMs = performance.now() - start;
		const during = await look(program);
		await timeInjector.recover(target, undo);
		const after = await look(program);
		if (Math.abs(after.aheadMs) > after.withinMs + 20)
			throw new Error(`${language}: the clock is still off by ${after.aheadMs} ms`);
		const usual = Math.min(before.nanoseconds, after.nanoseconds);
		return {
			language,
			askedMs,
			seenMs: Math.round(during.aheadMs),
			withinMs: Math.ceil(during.withinMs),
			cost: during.nanoseconds / usual,
			injectMs,
		};
	} finally {
		await container.stop();
	}
}

/** Asks a program: its answer is the time of its last moment, and the nanoseconds that a reading takes. */
async function look(program: Program): Promise<{ aheadMs: number; withinMs: number; nanoseconds: number }> {
	const answer = await program.ask();
	const now = performance.timeOrigin + performance.now();
	const [time = 0, nanoseconds = 0] = answer.split(" ").map(Number);
	// The answer comes right behind the reading, through a pipe.
	return { aheadMs: time - now, withinMs: 5, nanoseconds };
}

/** The rows as a table in Markdown. */
export function clockTable(rows: readonly ClockRow[]): string {
	return [
		"| target | offset asked | offset seen | cost of a call | put in place |",
		"|---|---|---|---|---|",
		...rows.map(
			({ language, seenMs, cost, injectMs }) =>
				`| ${language} | ${askedMs / 1000} s | ${(seenMs / 1000).toFixed(2)} s | ${cost.toFixed(2)}x | ${injectMs.toFixed(0)} ms |`,
		),
	].join("\n");
}

if (process.argv[1] === import.meta.filename) console.log(clockTable(await benchClocks()));
