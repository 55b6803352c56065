import { spawn } from "node:child_process";
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

it("is open when the first was killed", async () => {
	const program = `require("net").createServer().listen(${JSON.stringify(join(folder, "lock"))}, () => console.log("up"))`;
	const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
	if (child.stdout) await once(child.stdout, "data");
	await expect(lockFolder(folder, 100)).rejects.toThrow("another daemon uses");
	child.kill("SIGKILL");
	await once(child, "exit");
	await (await lockFolder(folder, 0))();
});
