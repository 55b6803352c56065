import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { assertRunning } from "../../../tools/cluster/component.ts";
import { waitFor } from "../../../tools/cluster/waiting.ts";
import { isAlive, processId } from "../../../tools/lib/procfs.ts";

const folder = mkdtempSync(join(tmpdir(), "component-"));
const log = join(folder, "example.log");
writeFileSync(log, "first\nlast words\n");
afterAll(() => rmSync(folder, { recursive: true }));

test("a process is known by its id and its start: another with the same id is not it", async () => {
	const child = spawn("sleep", ["60"]);
	await once(child, "spawn");
	const id = processId(child.pid ?? 0);
	if (id === undefined) throw new Error("sleep did not start");
	expect(isAlive(id)).toBe(true);
	expect(isAlive({ ...id, startTime: id.startTime - 1 })).toBe(false);
	child.kill("SIGKILL");
	await once(child, "exit");
	expect(isAlive(id)).toBe(false);
});

test("a component that has ended is told with the end of its log", async () => {
	const record = { name: "example", pid: 999_999_999, startTime: 1, log };
	const message = `example has ended; the end of its log ${log}:\nfirst\nlast words`;
	expect(() => assertRunning(record)).toThrow(message);
	await expect(waitFor("anything", [record], async () => false)).rejects.toThrow(message);
});

test("waiting in vain tells the last error", async () => {
	const probe = () => Promise.reject(new Error("not yet"));
	await expect(waitFor("the start", [], probe, 0.2)).rejects.toThrow("the start: not within 0.2 s: not yet");
});
