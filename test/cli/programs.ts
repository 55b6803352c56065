import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inspect } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import ts from "typescript";
import { clean } from "../../api/clean.ts";
import type { Experiment } from "../../api/experiment.ts";
import { pauseAnnotation } from "../../api/names.ts";
import { documents } from "../../cli/documents.ts";
import { kinds } from "../../cli/kinds.ts";
import * as resources from "../../provider/resources/index.ts";
import { root } from "../../tools/lib/paths.ts";

/** Names of the programs that the repository's formatter would lay out in another way. */
export function misformatted(programs: ReadonlyMap<string, string>): string[] {
	const folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-format-"));
	try {
		for (const file of ["biome.json", ".gitignore"]) copyFileSync(join(root, file), join(folder, file));
		for (const [name, text] of programs) {
			const file = join(folder, `${name}.ts`);
			mkdirSync(dirname(file), { recursive: true });
			writeFileSync(file, text);
		}
		const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
		const options = ["format", "--reporter=github", "--max-diagnostics=none"];
		execFileSync(process.execPath, [biome, ...options], { cwd: folder, encoding: "utf8", stdio: "pipe" });
		return [];
	} catch (error) {
		const { stdout } = error as { stdout: string };
		return [...programs.keys()].filter((name) => stdout.includes(`${name}.ts`));
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** What an experiment is, in a manifest and in what a program registers. */
interface Declared {
	kind: unknown;
	namespace?: unknown;
	paused?: unknown;
	spec: unknown;
}

/** Runs a program against the SDK's mocks; the experiments that it registers, which it does in any order. */
export async function registered(program: string): Promise<Declared[]> {
	const found: Declared[] = [];
	await pulumi.runtime.setMocks(
		{
			newResource: ({ name, inputs }) => {
				const { kind, namespace, paused, spec } = inputs;
				if (kinds.has(kind)) found.push(declaration(kind, namespace, paused, spec));
				return { id: `${name}-id`, state: inputs };
			},
			call: ({ inputs }) => inputs,
		},
		"converted",
		"dev",
		false,
		"acme",
	);
	pulumi.runtime.setAllConfig({ "pulumi-chaos:context": "dev" });
	const { outputText } = ts.transpileModule(program, { compilerOptions: { module: ts.ModuleKind.CommonJS } });
	await pulumi.runtime.runInPulumiStack(async () => {
		new Function("require", "exports", outputText)(() => resources, {});
	});
	await pulumi.runtime.disconnect();
	return sorted(found);
}

/** What the manifests of a file declare: what their program must register, in the same order as {@link registered}. */
export function declared(yaml: string): Declared[] {
	const all = documents(yaml).flatMap((document) => {
		const { kind, metadata, spec } = ("value" in document ? document.value : {}) as Experiment;
		const schema = kinds.get(kind)?.spec;
		const paused = metadata?.annotations?.[pauseAnnotation] === "true";
		return schema ? declaration(kind, metadata.namespace, paused || undefined, clean(schema, spec)) : [];
	});
	return sorted(all);
}

function sorted(all: readonly Declared[]): Declared[] {
	const key = (one: Declared): string => inspect(one, { sorted: true, depth: null });
	return all.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

function declaration(kind: unknown, namespace: unknown, paused: unknown, spec: unknown): Declared {
	return { kind, ...(namespace !== undefined && { namespace }), ...(paused !== undefined && { paused }), spec };
}
