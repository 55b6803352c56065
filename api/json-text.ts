import type { Grammar } from "./grammar.ts";

/** A value of JSON as text. */
export const jsonText: Grammar = {
	name: "JSON",
	hint: 'write a value of JSON, such as "{\\"price\\": 0}"',
	pattern: "[^ \\t\\n\\r]",
	maxLength: 65_536,
	inexact: "the grammar of JSON",
	accepts: (text) => {
		try {
			JSON.parse(text);
			return true;
		} catch {
			return false;
		}
	},
};
