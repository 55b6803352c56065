import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { makeOnce, writeWhole } from "../../../tools/lib/files.ts";

const folder = mkdtempSync(join(tmpdir(), "files-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a file that is written whole is private and leaves no draft", async () => {
	const path = join(folder, "deep", "secret");
	await writeWhole(path, "one");
	await writeWhole(path, "two");
	expect(readFileSync(path, "utf8")).toBe("two");
	expect(statSync(path).mode & 0o777).toBe(0o600);
	expect(readdirSync(join(folder, "deep"))).toEqual(["secret"]);
});

test("what is there is not made again", async () => {
	const path = join(folder, "program");
	let made = 0;
	const make = async (draft: string) => {
		made++;
		writeFileSync(draft, "built");
	};
	await makeOnce(path, make);
	await makeOnce(path, make);
	expect(made).toBe(1);
});

test("what a killed process has left goes, what another one is at work on stays", async () => {
	const path = join(folder, "killed");
	// No process has that id: it is above the kernel's limit.
	const [gone, busy] = [`${path}.4194305.00c0ffee.tmp`, `${path}.${process.pid}.00c0ffee.tmp`];
	for (const draft of [gone, busy, `${path}.txt`]) writeFileSync(draft, "half");
	await makeOnce(path, async (draft) => writeFileSync(draft, "whole"));
	expect(readdirSync(folder).filter((name) => name.startsWith("killed"))).toEqual([
		"killed",
		`killed.${process.pid}.00c0ffee.tmp`,
		"killed.txt",
	]);
});

test("what fails half-way leaves nothing", async () => {
	const make = async (draft: string) => {
		writeFileSync(draft, "ha");
		throw new Error("interrupted");
	};
	await expect(makeOnce(join(folder, "half"), make)).rejects.toThrow("interrupted");
	expect(readdirSync(folder).filter((name) => name.startsWith("half"))).toEqual([]);
});
