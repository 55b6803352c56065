import { afterEach, expect, test, vi } from "vitest";
import { assertRoom, checkGo, checkMachine } from "../../../tools/pulumi/preflight.ts";

afterEach(() => {
	vi.unstubAllEnvs();
});

test("without Go the error says what to install", () => {
	expect(checkGo).not.toThrow();
	vi.stubEnv("PATH", "/nowhere");
	expect(checkGo).toThrow(
		"the Pulumi CLI has to be built and the go command was not found on PATH: install Go 1.26 or newer from https://go.dev/dl, " +
			"or install the Pulumi CLI from https://www.pulumi.com/docs/install",
	);
});

test("without room the error says how much is needed and where", () => {
	expect(() => assertRoom("/var/cache/x", 1.5e9)).toThrow(
		"the Pulumi CLI needs 4.0 GB of free disk to build and /var/cache/x has 1.5 GB: " +
			"free some, or move the caches with PULUMI_CHAOS_CACHE, GOMODCACHE and GOCACHE",
	);
	expect(() => assertRoom("/var/cache/x", 5e9)).not.toThrow();
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
			"install the Pulumi CLI from https://www.pulumi.com/docs/install",
	);
});
