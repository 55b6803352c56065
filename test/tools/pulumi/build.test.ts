import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { checkMachine } from "../../../tools/pulumi/build.ts";
import { assertRoom, buildGoTool } from "../../../tools/pulumi/go-tool.ts";

let folder: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-go-"));
	writeFileSync(join(folder, "go.mod"), "module example.test/hello\n\ngo 1.24\n");
});

afterEach(() => {
	vi.unstubAllEnvs();
	rmSync(folder, { recursive: true, force: true });
});

function tool(source: string) {
	writeFileSync(join(folder, "main.go"), source);
	const output = join(folder, "out", "hello");
	return { title: "hello v1", folder, package: ".", variables: { "main.version": "v1" }, output };
}

test("a program is built, its variables are set, and nothing partial is left", async () => {
	const { execFileSync } = await import("node:child_process");
	const hello = tool('package main\n\nimport "fmt"\n\nvar version = ""\n\nfunc main() { fmt.Println(version) }\n');
	const said: string[] = [];
	// A build that was killed, by a process whose number can't be one that runs.
	mkdirSync(join(folder, "out"));
	writeFileSync(`${hello.output}.4194999.partial`, "half");
	await buildGoTool(hello, (sentence) => said.push(sentence));
	expect(execFileSync(hello.output, { encoding: "utf8" })).toBe("v1\n");
	expect(readdirSync(join(folder, "out"))).toEqual(["hello"]);
	expect(said[0]).toBe("building hello v1 from its Go module; this happens once");
}, 60_000);

test("a build that fails shows what Go said, and leaves no output", async () => {
	const broken = tool("package main\n\nfunc main() { undefinedThing() }\n");
	await expect(buildGoTool(broken, () => {})).rejects.toThrow(
		/^building hello v1 failed: go ended with status 1:\n[\s\S]*undefined: undefinedThing\nRun the same command again/,
	);
	expect(existsSync(broken.output)).toBe(false);
}, 60_000);

test("without Go the error says what to install", async () => {
	vi.stubEnv("PATH", folder);
	await expect(buildGoTool(tool("package main\n"), () => {})).rejects.toThrow(
		"hello v1 has to be built and the go command was not found on PATH: install Go 1.26 or newer from https://go.dev/dl, " +
			"or install the Pulumi CLI from https://www.pulumi.com/docs/install",
	);
});

test("without room the error says how much is needed and where", () => {
	expect(() => assertRoom("/var/cache/x", 1.5e9, "hello v1")).toThrow(
		"hello v1 needs 4.0 GB of free disk to build and /var/cache/x has 1.5 GB: " +
			"free some, or move the caches with PULUMI_CHAOS_CACHE, GOMODCACHE and GOCACHE",
	);
	expect(() => assertRoom("/var/cache/x", 5e9, "hello v1")).not.toThrow();
});

test.each([
	["linux", "x64"],
	["linux", "arm64"],
	["darwin", "arm64"],
])("%s on %s can be built for", (platform, arch) => {
	expect(() => checkMachine(platform, arch)).not.toThrow();
});

test("another machine is told to install the CLI", () => {
	expect(() => checkMachine("linux", "riscv64")).toThrow(
		'the Pulumi CLI can\'t be built on "linux-riscv64": that needs Linux or macOS on x64 or arm64; ' +
			"install it from https://www.pulumi.com/docs/install",
	);
});
