import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "vitest";
import { root } from "../../../tools/lib/paths.ts";
import { onPath } from "../../../tools/lib/search-path.ts";
import type { Program, ProgramContainer } from "../program-container.ts";

/** Whether C can be compiled here. */
export const hasCompiler = onPath("gcc") !== undefined;

/** Compiles clock.c into a folder. */
export function compileClock(folder: string, name: string, ...options: string[]): string {
	const file = join(folder, name);
	const source = join(root, "test/support/clocks/clock.c");
	execFileSync("gcc", ["-O2", "-pthread", ...options, "-o", file, source], { stdio: ["ignore", "inherit", "pipe"] });
	return file;
}

/** What the program of clock.c answers, in seconds. */
export interface Clocks {
	byId: number[];
	gettimeofday: number;
	time: number;
}

/** All clocks of a program of clock.c. */
export async function clocksOf(program: Program): Promise<Clocks> {
	const values = (await program.ask()).split(" ").map((text) => Number(text) / 1e9);
	return { byId: values.slice(0, 10), gettimeofday: values[10] ?? Number.NaN, time: values[11] ?? Number.NaN };
}

/** Programs that answer a line by their time of day in milliseconds, in languages that need no compiler. */
export const scripts = {
	python3: ["-uc", "import sys, time\nfor line in sys.stdin: print(time.time() * 1000)"],
	node: [
		"-e",
		'require("node:readline").createInterface({ input: process.stdin }).on("line", () => console.log(Date.now()))',
	],
} as const;

/** Starts one of them. */
export function startScript(container: ProgramContainer, language: keyof typeof scripts): Promise<Program> {
	return container.start(language === "node" ? process.execPath : language, scripts[language]);
}

/** Expects the clock of a program that answers in milliseconds to be ahead of ours by so many seconds. */
export async function expectAhead(program: Program, seconds: number): Promise<void> {
	const before = Date.now();
	const theirs = Number(await program.ask()) - seconds * 1000;
	// Coarse clocks, and the time being set right, are worth some milliseconds.
	expect(theirs).toBeGreaterThanOrEqual(before - 20);
	expect(theirs).toBeLessThanOrEqual(Date.now() + 20);
}

/** By how many minutes each clock of a program was moved between two answers; the program's own run takes less than half of one. */
export function minutesMoved(before: Clocks, after: Clocks): { byId: number[]; gettimeofday: number; time: number } {
	const minutes = (one: number, other: number): number => Math.round((other - one) / 60) + 0;
	return {
		byId: before.byId.map((value, index) => minutes(value, after.byId[index] ?? Number.NaN)),
		gettimeofday: minutes(before.gettimeofday, after.gettimeofday),
		time: minutes(before.time, after.time),
	};
}
