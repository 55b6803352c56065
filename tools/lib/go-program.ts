import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { goBuild } from "./go-build.ts";
import { cache } from "./paths.ts";
import type { Progress } from "./progress.ts";
import { run } from "./run.ts";

/** Programs built from one Go module, with the versions of dependencies that this module asks for. */
export interface GoRecipe {
	/** Names the folder in the cache. */
	readonly name: string;
	/** Module and version whose programs, or whose library, are built; absent when a program needs only the standard library. */
	readonly module?: { readonly path: string; readonly version: string };
	/** Name of each program and its package; `.` is the main file below. */
	readonly programs: Readonly<Record<string, string>>;
	/** A main file of our own. */
	readonly main?: string;
	/** Whether the module is one of several in a tree and replaces the others by relative paths: they become this version. */
	readonly siblings?: string;
	readonly tags?: string;
	/** Linker variables, by their full name. */
	readonly variables?: Readonly<Record<string, string>>;
}

/** The language version of the modules that are built here; a newer toolchain builds them too. */
export const goVersion = "1.26.0";

async function moduleFile(recipe: GoRecipe): Promise<string> {
	const lines = ["module pulumi-chaos.invalid/build", `go ${goVersion}`];
	if (recipe.module === undefined) return `${lines.join("\n")}\n`;
	const { path, version } = recipe.module;
	lines.push(`require ${path} ${version}`);
	if (recipe.siblings !== undefined) {
		const download = JSON.parse(await run("go", ["mod", "download", "-json", `${path}@${version}`]));
		const text = await readFile(String(download.GoMod), "utf8");
		const godebug = /^godebug .+$/m.exec(text)?.[0];
		if (godebug !== undefined) lines.push(godebug);
		for (const [, sibling] of text.matchAll(/^\s*(\S+) => \.\/\S+$/gm)) {
			lines.push(`replace ${sibling} => ${sibling} ${recipe.siblings}`);
		}
	}
	return `${lines.join("\n")}\n`;
}

/** The folder of the cache for a recipe's programs, whether they are built or not. A changed recipe gets another one. */
function folderOf(recipe: GoRecipe): string {
	const main = recipe.main === undefined ? "" : readFileSync(recipe.main, "utf8");
	const { main: _path, ...rest } = recipe;
	const digest = createHash("sha256")
		.update(JSON.stringify({ ...rest, main }))
		.digest("hex")
		.slice(0, 12);
	return join(cache, "cluster", "bin", `${recipe.name}-${recipe.module?.version ?? "own"}-${digest}`);
}

function missingPrograms(recipe: GoRecipe, bin: string): string[] {
	return Object.keys(recipe.programs).filter((program) => !existsSync(join(bin, program)));
}

/** Whether all programs of a recipe are in the cache. */
export function isBuilt(recipe: GoRecipe): boolean {
	return missingPrograms(recipe, folderOf(recipe)).length === 0;
}

/** Builds the programs of a recipe that are not in the cache, keeps each as soon as it is whole, and returns their folder. */
export async function goPrograms(recipe: GoRecipe, progress: Progress): Promise<string> {
	const bin = folderOf(recipe);
	const programs = Object.keys(recipe.programs);
	const missing = missingPrograms(recipe, bin);
	if (missing.length === 0) return bin;
	const folder = await mkdtemp(join(tmpdir(), `pulumi-chaos-${recipe.name}-`));
	try {
		await writeFile(join(folder, "go.mod"), await moduleFile(recipe));
		if (recipe.main !== undefined) await copyFile(recipe.main, join(folder, "main.go"));
		for (const program of missing) {
			const build = {
				title: `${program} (${programs.indexOf(program) + 1} of ${programs.length})`,
				folder,
				package: recipe.programs[program] ?? ".",
				variables: recipe.variables,
				flags: ["-mod=mod", ...(recipe.tags === undefined ? [] : ["-tags", recipe.tags])],
				output: join(bin, program),
			};
			await goBuild(build, progress);
		}
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
	return bin;
}
