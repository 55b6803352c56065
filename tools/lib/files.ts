import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

function sibling(path: string): string {
	return `${path}.${process.pid}.${randomBytes(4).toString("hex")}.tmp`;
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === "EPERM";
	}
}

/** Removes the drafts that killed processes have left beside a path: they carry the id of a process that is gone. */
async function removeAbandoned(path: string): Promise<void> {
	for (const name of await readdir(dirname(path))) {
		if (!name.startsWith(`${basename(path)}.`)) continue;
		const pid = /^\.(\d+)\.[0-9a-f]{8}\.tmp$/.exec(name.slice(basename(path).length))?.[1];
		if (pid === undefined || isRunning(Number(pid))) continue;
		await rm(join(dirname(path), name), { recursive: true, force: true });
	}
}

/** Writes a file so that a reader sees the old text or the new one, never a part. `mode` is that of a private file. */
export async function writeWhole(path: string, text: string, mode = 0o600): Promise<void> {
	await mkdir(dirname(path), { recursive: true, mode: 0o755 });
	const draft = sibling(path);
	await writeFile(draft, text, { mode });
	await rename(draft, path);
}

/**
 * Makes `path`, a file or a folder, unless it is there: `make` fills a draft beside it, which takes the name when it is
 * whole. An interrupted run leaves nothing that looks finished; a killed one leaves its draft to the next.
 */
export async function makeOnce(path: string, make: (draft: string) => Promise<void>): Promise<string> {
	if (existsSync(path)) return path;
	await mkdir(dirname(path), { recursive: true });
	await removeAbandoned(path);
	const draft = sibling(path);
	try {
		await make(draft);
		await rename(draft, path);
	} finally {
		await rm(draft, { recursive: true, force: true });
	}
	return path;
}
