import { execFileSync } from "node:child_process";
import { join } from "node:path";

const programs = join(import.meta.dirname, "programs");

/** A language in which programs read clocks, each in its own way. */
export interface Language {
	language: string;
	/** The compiler or interpreter that it takes. */
	tool: string;
	/** Makes the program in a folder; returns how it is started. */
	build(folder: string): [string, ...string[]];
}

/**
 * Languages, each with a program (`programs/clock.*`) that answers every line by its time of day in milliseconds and by the nanoseconds
 * that reading it takes.
 */
export const languages: readonly Language[] = [
	{ language: "C", tool: "gcc", build: (folder) => [compiledC("clock", folder)] },
	{ language: "C, static", tool: "gcc", build: (folder) => [compiledC("clock", folder, "-static")] },
	{
		language: "Go",
		tool: "go",
		build: (folder) => [
			compiled("go", ["build", "-o", join(folder, "clock-go"), "clock.go"], join(folder, "clock-go")),
		],
	},
	{
		language: "Java",
		tool: "javac",
		build: (folder) => ["java", "-cp", compiled("javac", ["-d", folder, "Clock.java"], folder), "Clock"],
	},
	{ language: "Python", tool: "python3", build: () => ["python3", join(programs, "clock.py")] },
	{ language: "Node", tool: "node", build: () => [process.execPath, join(programs, "clock.mjs")] },
];

/** Compiles one of the programs into a folder; returns its file. */
export function compiledC(name: string, folder: string, ...options: string[]): string {
	const file = join(folder, [name, ...options].join(""));
	return compiled("gcc", ["-O2", ...options, "-o", file, `${name}.c`], file);
}

function compiled(compiler: string, args: string[], result: string): string {
	execFileSync(compiler, args, { cwd: programs, stdio: ["ignore", "inherit", "inherit"] });
	return result;
}
