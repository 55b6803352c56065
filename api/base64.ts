import type { Grammar } from "./grammar.ts";

const pattern = "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$";

/** Bytes as text, in base 64. */
export const base64: Grammar = {
	name: "base 64",
	hint: 'write the bytes in base 64 with its "=" at the end, such as "aGVsbG8="',
	pattern,
	maxLength: 65_536,
	accepts: (text) => new RegExp(pattern).test(text),
};
