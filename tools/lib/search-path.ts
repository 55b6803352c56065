import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Where the shell would find the program `name`, or undefined. */
export function onPath(name: string, path = process.env["PATH"] ?? ""): string | undefined {
	for (const folder of path.split(delimiter)) {
		const file = join(folder, name);
		try {
			accessSync(file, constants.X_OK);
			return file;
		} catch {}
	}
	return undefined;
}

/** `folders` in front of `path`, each folder once. */
export function prependPath(folders: string[], path: string = process.env["PATH"] ?? ""): string {
	return [...new Set([...folders, ...path.split(delimiter)])].filter((folder) => folder !== "").join(delimiter);
}
