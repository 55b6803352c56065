import type { Grammar } from "./grammar.ts";

/** Path of a file or folder, from the root. */
export const absolutePath: Grammar = {
	name: "an absolute path",
	hint: 'start it with "/", such as "/var/lib/data"',
	pattern: "^/",
	maxLength: 4096,
	accepts: (text) => text.startsWith("/"),
};
