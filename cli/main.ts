#!/usr/bin/env node
import { convertCommand } from "./convert-command.ts";
import { gameDayCommand } from "./game-day-command.ts";
import { UsageError } from "./usage.ts";

/** A command: what it is called with, and what runs it and returns the exit status. */
interface Command {
	help: string;
	/** The exit status when it ends by an error that nobody has foreseen. */
	broken: number;
	run(argv: readonly string[]): number | Promise<number>;
}

const commands: Readonly<Record<string, Command>> = { convert: convertCommand, "game-day": gameDayCommand };

const isHelp = (argument: string): boolean => argument === "--help" || argument === "-h";

function commandOf(name = ""): Command | undefined {
	return Object.hasOwn(commands, name) ? commands[name] : undefined;
}

/** Runs a command line, and returns the exit status. */
async function run([name, ...rest]: readonly string[]): Promise<number> {
	if (name === undefined) throw new UsageError("no command");
	const command = commandOf(name);
	if (!command && !isHelp(name)) {
		const known = Object.keys(commands).map((one) => JSON.stringify(one));
		throw new UsageError(`${JSON.stringify(name)} is not a command; there are ${known.join(" and ")}`);
	}
	if (!command || rest.some(isHelp)) {
		process.stdout.write(
			command?.help ??
				Object.values(commands)
					.map(({ help }) => help)
					.join("\n"),
		);
		return 0;
	}
	return await command.run(rest);
}

run(process.argv.slice(2)).then(
	(status) => {
		process.exitCode = status;
	},
	(error: unknown) => {
		if (error instanceof UsageError) {
			process.stderr.write(`pulumi-chaos: ${error.message}\nTry "pulumi-chaos --help".\n`);
			process.exitCode = 2;
			return;
		}
		console.error(error);
		process.exitCode = commandOf(process.argv[2])?.broken ?? 1;
	},
);
