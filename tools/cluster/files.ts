import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

function sibling(path: string): string {
	return `${path}.${process.pid}.${randomBytes(4).toString("hex")}.tmp`;
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
 * whole. An interrupted run leaves nothing that looks finished.
 */
export async function makeOnce(path: string, make: (draft: string) => Promise<void>): Promise<string> {
	if (existsSync(path)) return path;
	await mkdir(dirname(path), { recursive: true });
	const draft = sibling(path);
	try {
		await make(draft);
		await rename(draft, path);
	} finally {
		await rm(draft, { recursive: true, force: true });
	}
	return path;
}
