import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The first executable file named `name` in the folders of `path` (a PATH), or undefined when there is none. */
export function findExecutable(name: string, path: string = process.env["PATH"] ?? ""): string | undefined {
	return path
		.split(delimiter)
		.filter((folder) => folder !== "")
		.map((folder) => join(folder, name))
		.find(isExecutableFile);
}

function isExecutableFile(file: string): boolean {
	try {
		accessSync(file, constants.X_OK);
		return statSync(file).isFile();
	} catch {
		return false;
	}
}

/** `folders` in front of `path`, each folder once. */
export function prependPath(folders: string[], path: string = process.env["PATH"] ?? ""): string {
	return [...new Set([...folders, ...path.split(delimiter)])].filter((folder) => folder !== "").join(delimiter);
}
