import type { Grammar } from "./grammar.ts";

const pattern = "^[A-Za-z0-9_.?-]*([A-Za-z0-9_.?-]|\\*)$";

/** Domain names: `?` stands for any one character, `*` at the end for any rest. */
export const domainPattern: Grammar = {
	name: "a pattern of domain names",
	hint: 'write letters, digits, ".", "-" and "_"; "?" stands for one character, "*" at the end for the rest, such as "shop.*"',
	pattern,
	maxLength: 253,
	accepts: (text) => new RegExp(pattern).test(text),
};
