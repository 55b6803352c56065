import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { root } from "../lib/paths.ts";

/** Puts TypeScript files, by path, into the form that the linter wants: layout, order of imports, types among them. */
export function format(files: ReadonlyMap<string, string>): Map<string, string> {
	const folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-generate-"));
	try {
		for (const name of ["biome.json", ".gitignore"]) copyFileSync(join(root, name), join(folder, name));
		for (const [path, text] of files) {
			mkdirSync(dirname(join(folder, path)), { recursive: true });
			writeFileSync(join(folder, path), text);
		}
		const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
		execFileSync(process.execPath, [biome, "check", "--write", "--linter-enabled=false", "--log-level=error"], {
			cwd: folder,
			stdio: "pipe",
		});
		return new Map([...files.keys()].map((path) => [path, readFileSync(join(folder, path), "utf8")]));
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}
