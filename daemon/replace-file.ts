import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** Replaces a whole file, at once and durably: whoever reads it finds what was there before or all of the new text. */
export async function replaceFile(path: string, text: string): Promise<void> {
	const fresh = `${path}.new`;
	const handle = await open(fresh, "w", 0o600);
	try {
		await handle.writeFile(text);
		await handle.sync();
	} finally {
		await handle.close();
	}
	await rename(fresh, path);
	await syncFolder(dirname(path));
}

/** A new or renamed file is there after a power cut only when its folder is on the disk too. */
export async function syncFolder(path: string): Promise<void> {
	const handle = await open(path, "r");
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}
