import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ambientPulumi } from "../../../tools/pulumi/ambient.ts";
import { cliVersion } from "../../../tools/pulumi/versions.ts";

let folder: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-ambient-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, text: string): void {
	writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
	chmodSync(join(folder, name), 0o755);
}

function found() {
	const sentences: string[] = [];
	return { pulumi: ambientPulumi(folder, (sentence) => sentences.push(sentence)), sentences };
}

test("a folder without a CLI has none, and nothing is said about it", () => {
	expect(found()).toEqual({ pulumi: undefined, sentences: [] });
});

test("a CLI that is new enough and has its language host is used", () => {
	program("pulumi", `echo v${cliVersion}`);
	program("pulumi-language-nodejs", "");
	expect(found()).toEqual({ pulumi: { folder, version: cliVersion }, sentences: [] });
});

test("a CLI that is too old is passed over, with its version", () => {
	program("pulumi", "echo v3.100.0");
	program("pulumi-language-nodejs", "");
	expect(found()).toEqual({
		pulumi: undefined,
		sentences: [`${folder}/pulumi is version "3.100.0", older than the ${cliVersion} that is needed; not using it`],
	});
});

test("a CLI that does not run is passed over", () => {
	program("pulumi", "exit 3");
	expect(found().sentences[0]).toContain('is version "", older than');
});

test("a CLI without the Node language host is passed over", () => {
	program("pulumi", `echo v${cliVersion}`);
	expect(found()).toEqual({
		pulumi: undefined,
		sentences: [`${folder}/pulumi has no pulumi-language-nodejs beside it or on PATH; not using it`],
	});
});
