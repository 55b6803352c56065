import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { lockFolder } from "../../daemon/lock.ts";

let folder: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-lock-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

it("keeps a second daemon out until the first has gone", async () => {
	const unlock = await lockFolder(folder);
	await expect(lockFolder(folder, 100)).rejects.toThrow(
		`another daemon uses ${folder}; end it first (a pod that was deleted by force may still run)`,
	);
	const second = lockFolder(folder);
	await unlock();
	await (await second)();
});

/** A process that listens where the lock is, as a daemon does. */
async function startHolder(): Promise<ChildProcess> {
	const program = `require("net").createServer((s) => s.end("x")).listen(${JSON.stringify(join(folder, "lock"))}, () => console.log("up"))`;
	const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
	await once(child.stdout, "data");
	return child;
}

it("is open when the first was killed", async () => {
	const child = await startHolder();
	await expect(lockFolder(folder, 100)).rejects.toThrow("another daemon uses");
	child.kill("SIGKILL");
	await once(child, "exit");
	await (await lockFolder(folder, 0))();
});

it("is taken by one of two that find the same dead socket", async () => {
	for (let round = 0; round < 5; round++) {
		const child = await startHolder();
		child.kill("SIGKILL");
		await once(child, "exit");
		const both = await Promise.allSettled([lockFolder(folder, 1000), lockFolder(folder, 1000)]);
		const won = both.filter((result) => result.status === "fulfilled");
		expect(won).toHaveLength(1);
		await won[0]?.value();
	}
});
