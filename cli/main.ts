#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { convert } from "./convert.ts";
import { line } from "./finding.ts";

const help = `Usage: pulumi-chaos convert <file|->

Turns Chaos Mesh manifests into a Pulumi program in TypeScript on standard output. The file (- is standard input) may hold many
YAML documents, and Lists as "kubectl get -o yaml" prints them.

What is wrong or can't be taken over is said on standard error. Ends with 0 when the program is written, with 1 and without a
program when a manifest is wrong, with 2 when the command is.

Example: npx pulumi-chaos convert experiments.yaml > index.ts
`;

/** A command that can't be run. */
class UsageError extends Error {}

/** Runs a command line, and returns the exit status. */
function run(argv: readonly string[]): number {
	const { values, positionals } = parse(argv);
	if (values.help) {
		process.stdout.write(help);
		return 0;
	}
	const [command, file, ...more] = positionals;
	if (command !== "convert") {
		throw new UsageError(
			command === undefined ? "no command" : `${JSON.stringify(command)} is not a command; there is "convert"`,
		);
	}
	if (file === undefined) throw new UsageError("no file; write - for standard input");
	if (more.length > 0) throw new UsageError(`${JSON.stringify(more[0])} is too much; convert takes one file`);
	const { program, findings } = convert(read(file));
	for (const finding of findings) process.stderr.write(`${line(finding)}\n`);
	if (program === undefined) {
		process.stderr.write("no program is written until the errors are gone\n");
		return 1;
	}
	process.stdout.write(program);
	return 0;
}

function parse(argv: readonly string[]) {
	try {
		return parseArgs({
			args: [...argv],
			options: { help: { type: "boolean", short: "h" } },
			allowPositionals: true,
		});
	} catch (error) {
		// The first sentence says it; the others are about arguments that look like options.
		throw new UsageError((error as Error).message.replace(/\. .*$/s, ""));
	}
}

function read(file: string): string {
	try {
		return readFileSync(file === "-" ? 0 : file, "utf8");
	} catch (error) {
		throw new UsageError(`can't read ${JSON.stringify(file)}: ${(error as Error).message}`);
	}
}

try {
	process.exitCode = run(process.argv.slice(2));
} catch (error) {
	if (!(error instanceof UsageError)) throw error;
	process.stderr.write(`pulumi-chaos: ${error.message}\nTry "pulumi-chaos --help".\n`);
	process.exitCode = 2;
}
