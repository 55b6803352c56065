import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive, type ProcessId, processId } from "./procfs.ts";
import type { Progress } from "./progress.ts";

// Not among a cluster's own folders, which go while the lock is held.
const folder = "/run/lock";

function holder(file: string): ProcessId | undefined {
	try {
		return JSON.parse(readFileSync(file, "utf8")) as ProcessId;
	} catch {
		return undefined;
	}
}

function tryTake(file: string, draft: string): boolean {
	try {
		linkSync(draft, file);
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
	}
	const other = holder(file);
	if (other !== undefined && !isAlive(other)) {
		// Of several that see a dead holder only one can move its file away.
		try {
			renameSync(file, `${draft}.dead`);
			rmSync(`${draft}.dead`);
		} catch {}
	}
	return false;
}

/** Runs `work` while no other process does so under the same name; waits for one that does. */
export async function withLock<T>(name: string, progress: Progress, work: () => Promise<T>): Promise<T> {
	mkdirSync(folder, { recursive: true });
	const file = join(folder, `pulumi-chaos-${name}.lock`);
	const draft = `${file}.${process.pid}`;
	writeFileSync(draft, JSON.stringify(processId(process.pid)));
	try {
		for (let attempt = 0; !tryTake(file, draft); attempt++) {
			if (attempt === 5)
				progress.note(`waiting for process ${holder(file)?.pid ?? "?"}, which is at work on "${name}"`);
			await sleep(200);
		}
		try {
			return await work();
		} finally {
			rmSync(file, { force: true });
		}
	} finally {
		rmSync(draft, { force: true });
	}
}
