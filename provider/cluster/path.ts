import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** The absolute path of a file that a user named: `~/` is the home folder, relative is relative to the current folder. */
export function expandPath(file: string): string {
	return file === "~" || file.startsWith("~/") ? join(homedir(), file.slice(1)) : resolve(file);
}
