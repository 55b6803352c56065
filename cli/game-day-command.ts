import { statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { GameDayOptions, GameDayResult, Preview } from "../game-day/index.ts";
import { bearUnheard } from "../game-day/unheard.ts";
import { isYes } from "./question.ts";
import { argumentsOf, UsageError } from "./usage.ts";

const help = `Usage: pulumi-chaos game-day <folder> --stack <name> [options]

Runs the experiments of the Pulumi program in the folder once: shows whom they would hit, asks, puts them in, holds them, and takes
them out again, whatever happens in between. Ctrl-C begins the recovery; a second one gives up waiting for it.

  --stack <name>        the stack; it has to be there, and empty
  --yes                 do not ask; needed where there is no terminal
  --hold <duration>     how long the faults stay in place, such as 5m (the default is 1m)
  --timeout <duration>  longest time until the recovery begins (1h)
  --config-file <file>  settings of the stack (Pulumi.<name>.yaml in the folder)
  --junit <file>        write a report as JUnit XML
  --markdown <file>     write a summary for a comment on a pull request

Ends with 0 when the verdict is passed, or recovered (no probes), with 1 when it is failed or aborted, with 2 when the command is
wrong, with 3 when it is inconclusive, with 4 on an error, with 5 when it was not approved, with 6 when a fault may be left behind.

Example: npx pulumi-chaos game-day attacks --stack dev --hold 2m --yes --junit game-day.xml
`;

const options = {
	stack: { type: "string" },
	yes: { type: "boolean" },
	hold: { type: "string" },
	timeout: { type: "string" },
	"config-file": { type: "string" },
	junit: { type: "string" },
	markdown: { type: "string" },
} as const;

async function run(argv: readonly string[]): Promise<number> {
	const { values, positionals } = argumentsOf(argv, options);
	const [folder, ...more] = positionals;
	const { stack, hold, timeout, yes, "config-file": configFile } = values;
	if (folder === undefined) throw new UsageError("no folder; name that of the Pulumi program");
	if (more.length > 0) throw new UsageError(`${JSON.stringify(more[0])} is too much; game-day takes one folder`);
	if (stack === undefined) throw new UsageError("no stack; name it with --stack");
	for (const report of ["junit", "markdown"] as const) requireWritable(report, values[report]);
	// Apart from the other commands: it loads Pulumi and the Kubernetes client.
	const { GameDay, exitCode, junit, markdown } = await import("../game-day/index.ts");
	const given: GameDayOptions = {
		folder,
		stack,
		approve: yes === true || ask,
		...(hold !== undefined && { hold }),
		...(timeout !== undefined && { timeout }),
		...(configFile !== undefined && { configFile }),
	};
	// Up to the end of this process: what is written after the game day may be unheard as well.
	bearUnheard(process.stdout, process.stderr);
	const result = await gameDay(() => new GameDay(given)).run();
	write(values.junit, junit, result);
	write(values.markdown, markdown, result);
	// A recovery that nobody waits for may still run below.
	process.exit(exitCode(result));
}

/** What is wrong with an option is wrong with the command line. */
function gameDay<T>(make: () => T): T {
	try {
		return make();
	} catch (error) {
		throw error instanceof Error && error.name === "OptionError" ? new UsageError(error.message) : error;
	}
}

/** Asks whoever sits at the terminal; where there is none, nobody approves. */
async function ask({ remarks }: Preview, signal: AbortSignal): Promise<boolean> {
	if (!process.stdin.isTTY || !process.stdout.isTTY) {
		process.stderr.write("pulumi-chaos: there is no terminal to ask at; approve with --yes\n");
		return false;
	}
	for (const remark of remarks) process.stdout.write(`${remark}\n`);
	return await isYes("Inject these faults? (y/N) ", { input: process.stdin, output: process.stdout }, signal);
}

/** A report that could not be written is found out before anything is injected. */
function requireWritable(option: string, file: string | undefined): void {
	if (file === undefined) return;
	const folder = dirname(resolve(file));
	if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
	throw new UsageError(`--${option}: there is no folder ${JSON.stringify(folder)} to write the report to`);
}

function write(file: string | undefined, report: (result: GameDayResult) => string, result: GameDayResult): void {
	if (file === undefined) return;
	try {
		writeFileSync(file, report(result));
	} catch (error) {
		process.stderr.write(`pulumi-chaos: can't write ${JSON.stringify(file)}: ${(error as Error).message}\n`);
	}
}

/** `pulumi-chaos game-day`: a game day as a step of a pipeline. */
export const gameDayCommand = { help, run, broken: 4 };
