import type { Grammar } from "./grammar.ts";

const share = "0*(100|[0-9]{1,2})%";
const number = "([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?";
const amount = `(${number}) ?([kKmMgGtTpP]?)([iI]?[bB])?`;
const pattern = `^(\\+?(${share}|${number} ?([bB]|[kKmMgGtTpP]([iI]?[bB])?)?))?$`;

/** Bytes of an amount (k is 1000, as upstream has it, and Ki too); undefined when the text is not one. */
export function parseByteSize(text: string): number | undefined {
	const [, digits, , , magnitude = ""] = new RegExp(`^\\+?${amount}$`).exec(text) ?? [];
	return digits === undefined ? undefined : Number(digits) * 1000 ** " kmgtp".indexOf(magnitude.toLowerCase() || " ");
}

/** An amount of memory above zero, or a share of all there is; empty says nothing. */
export const byteSize: Grammar = {
	name: "an amount of memory",
	hint: 'write a number above zero with a unit of B, KB, MB, GB, TB or PB, such as "256MB", or a percentage of all memory, such as "50%"',
	pattern,
	also: "^$|[1-9]",
	maxLength: 32,
	inexact: "numbers with an exponent that are zero, or more than a 64-bit number of bytes",
	type: "ByteSize",
	accepts: (text) => {
		if (text === "" || !new RegExp(pattern).test(text)) return text === "";
		if (text.endsWith("%")) return Number(text.slice(0, -1)) > 0;
		const bytes = parseByteSize(text) ?? 0;
		return bytes > 0 && bytes < 2 ** 63;
	},
};
