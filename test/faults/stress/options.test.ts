import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { cpuProblem, growthOf, problemOf, wordsOf } from "../../../faults/stress/options.ts";
import { stressngText } from "../../../faults/stress/stressng-text.ts";
import { cpuOptions, everyOption, type OptionValue } from "../../../faults/stress/stressors.ts";

const of = (text: string): string | undefined => problemOf(wordsOf(text), everyOption)?.message;

describe("words for stress-ng", () => {
	it.each(["--cpu 2 --cpu-load 50", "--vm=1 --vm-bytes=50%\n--vm-keep", "--cpu 0 --cpu-load-slice -5"])(
		"%j are right",
		(text) => {
			expect(of(text)).toBeUndefined();
			expect(stressngText.accepts(text)).toBe(true);
		},
	);

	it.each([
		["--hdd 1", '"--hdd" can\'t be used: known stressors are --bigheap, --brk,'],
		["--exec 1", '"--exec" can\'t be used'],
		["--cpu 1 --timeout 0", '"--timeout" can\'t be used: the experiment ends when its duration is over'],
		["--cpu 1 --cpu-ops 5", '"--cpu-ops" can\'t be used'],
		["--cpu 1 --temp-path=/etc", '"--temp-path" can\'t be used'],
		["--cpu -1", '"--cpu" takes a number of workers from 0 (one a processor) to 8192, not "-1"'],
		["--cpu 8193", '"--cpu" takes a number of workers'],
		["--cpu", '"--cpu" takes a number of workers from 0 (one a processor) to 8192'],
		["--cpu 1 --vm-keep=yes", '"--vm-keep" takes no value, not "yes"'],
		["--cpu 1 --cpu-method $(id)", '"--cpu-method" takes the name of a method, not "$(id)"'],
		["-c 1", '"-c" is not an option; write "--name value"'],
		["--cpu 1 ; id", '";" is not an option'],
		["--__proto__ 1", '"--__proto__" is not an option'],
		["--constructor 1", '"--constructor" can\'t be used'],
		["--cpu-load 5", "it starts no stressor; known stressors are --bigheap"],
	])("%j are not: %s", (text, message) => {
		expect(stressngText.why?.(text)).toContain(message);
		expect(stressngText.accepts(text)).toBe(false);
	});

	it("are all known to the program, which is asked", () => {
		const values: Record<OptionValue, string[]> = {
			nothing: [],
			workers: ["1"],
			number: ["1024"],
			slice: ["1"],
			percentage: ["1"],
			size: ["1m"],
			word: [],
		};
		// Numbers have bounds of their own, methods their names.
		const special: Record<string, string> = {
			"cache-level": "1",
			"zlib-level": "1",
			"sem-procs": "4",
			"pipe-data-size": "64",
		};
		const words = Object.entries(everyOption).flatMap(([name, takes]) =>
			takes === "word" || name === "sem-procs"
				? []
				: [`--${name}`, ...(special[name] ? [special[name]] : values[takes])],
		);
		execFileSync("stress-ng", ["--dry-run", "--quiet", ...words], { stdio: "pipe" });
		const help = execFileSync("stress-ng", ["--help"], { encoding: "utf8" });
		for (const name of Object.keys(everyOption)) expect(help).toMatch(new RegExp(`--${name}\\b`));
	});
});

it("of the processor say only what no field says", () => {
	expect(cpuProblem(["--cpu-method", "fft"], cpuOptions)).toBeUndefined();
	expect(cpuProblem(["--cpu-method", "fft", "--cpu-load", "5"], cpuOptions)).toEqual({
		index: 2,
		message: '"--cpu-load" can\'t be used: use load',
	});
});

it("of memory say how long it takes to be taken", () => {
	expect(growthOf([])).toBe(0);
	expect(growthOf(["--time", "1m30s"])).toBe(90);
	expect(growthOf(["-time=10s"])).toBe(10);
	expect(growthOf(["--time", "-5s"])).toEqual({
		index: 0,
		message: '"--time" takes a duration, such as "30s", not "-5s"',
	});
	expect(growthOf(["--time"])).toMatchObject({ message: '"--time" takes a duration, such as "30s", not ""' });
	expect(growthOf(["--size", "5m"])).toEqual({ index: 0, message: '"--size" can\'t be used: use size' });
	expect(growthOf(["--client"])).toMatchObject({
		message: '"--client" can\'t be used: the only option here is "--time"',
	});
});
