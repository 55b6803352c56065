import { existsSync, globSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

/** What is wrong with a generated file on the disk. */
export interface Stale {
	/** From the root. */
	path: string;
	wrong: "missing" | "stale" | "left over";
}

/**
 * Compares the files on the disk with those that should be there.
 *
 * @param root - folder that the paths start from
 * @param folders - folders that hold generated files only
 * @param wanted - the texts that should be there, by path
 */
export function findStale(root: string, folders: readonly string[], wanted: ReadonlyMap<string, string>): Stale[] {
	const present = folders
		.flatMap((folder) => globSync(`${folder}/**`, { cwd: root, withFileTypes: true }))
		.filter((entry) => entry.isFile())
		.map((entry) => relative(root, join(entry.parentPath, entry.name)));
	const leftOver = present.filter((path) => !wanted.has(path)).map((path): Stale => ({ path, wrong: "left over" }));
	const others = [...wanted].flatMap(([path, text]): Stale[] => {
		if (!existsSync(join(root, path))) return [{ path, wrong: "missing" }];
		return readFileSync(join(root, path), "utf8") === text ? [] : [{ path, wrong: "stale" }];
	});
	return [...others, ...leftOver];
}
