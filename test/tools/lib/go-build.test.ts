import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type GoBuild, goBuild } from "../../../tools/lib/go-build.ts";
import { lineProgress } from "../../../tools/lib/progress.ts";

let folder: string;
let said: string[];
const progress = lineProgress((line) => said.push(line));

beforeEach(() => {
	said = [];
	folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-go-"));
	writeFileSync(join(folder, "go.mod"), "module example.test/hello\n\ngo 1.24\n");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function hello(source: string): GoBuild {
	writeFileSync(join(folder, "main.go"), source);
	const output = join(folder, "out", "hello");
	return { title: "hello v1", folder, package: ".", variables: { "main.version": "v1" }, output };
}

test("a program is built, its variables are set, and nothing partial is left", async () => {
	const build = hello('package main\n\nimport "fmt"\n\nvar version = ""\n\nfunc main() { fmt.Println(version) }\n');
	await goBuild(build, progress);
	expect(execFileSync(build.output, { encoding: "utf8" })).toBe("v1\n");
	expect(readdirSync(join(folder, "out"))).toEqual(["hello"]);
	expect(said).toEqual(["building hello v1 ...", expect.stringMatching(/^building hello v1: done in [\d.]+ s$/)]);
}, 60_000);

test("a build that fails shows what Go said, and leaves no output", async () => {
	const build = hello("package main\n\nfunc main() { undefinedThing() }\n");
	await expect(goBuild(build, progress)).rejects.toThrow(
		/^building hello v1 failed: go ended with status 1:\n[\s\S]*undefined: undefinedThing\nRun the same command again/,
	);
	expect(existsSync(build.output)).toBe(false);
}, 60_000);
