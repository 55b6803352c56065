import { delimiter } from "node:path";

/** `folders` in front of `path`, each folder once. */
export function prependPath(folders: string[], path: string = process.env["PATH"] ?? ""): string {
	return [...new Set([...folders, ...path.split(delimiter)])].filter((folder) => folder !== "").join(delimiter);
}
