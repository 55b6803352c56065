import type { Grammar } from "./grammar.ts";

const pattern = "^[hH][tT][tT][pP][sS]?://[^/?# \\t\\n\\r][^ \\t\\n\\r]*$";

/** An address of HTTP or HTTPS, with its host. */
export const httpUrl: Grammar = {
	name: "an address of HTTP",
	hint: 'write it whole, such as "http://front.shop:8080/health"',
	pattern,
	maxLength: 2048,
	inexact: "how host and port are written",
	type: "HttpUrl",
	accepts: (text) => new RegExp(pattern).test(text) && URL.canParse(text),
};
