import { readFileSync } from "node:fs";
import { convert } from "./convert.ts";
import { line } from "./finding.ts";
import { argumentsOf, UsageError } from "./usage.ts";

const help = `Usage: pulumi-chaos convert <file|->

Turns Chaos Mesh manifests into a Pulumi program in TypeScript on standard output. The file (- is standard input) may hold many
YAML documents, and Lists as "kubectl get -o yaml" prints them.

What is wrong or can't be taken over is said on standard error. Ends with 0 when the program is written, with 1 and without a
program when a manifest is wrong, with 2 when the command is.

Example: npx pulumi-chaos convert experiments.yaml > index.ts
`;

function run(argv: readonly string[]): number {
	const [file, ...more] = argumentsOf(argv, {}).positionals;
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

function read(file: string): string {
	try {
		return readFileSync(file === "-" ? 0 : file, "utf8");
	} catch (error) {
		throw new UsageError(`can't read ${JSON.stringify(file)}: ${(error as Error).message}`);
	}
}

/** `pulumi-chaos convert`: manifests to a program. */
export const convertCommand = { help, run, broken: 1 };
