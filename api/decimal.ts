import type { Grammar } from "./grammar.ts";

const pattern = "^[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]{1,2})?$";

/** A number in decimal, with a fraction or an exponent when it has one; a text, because whole numbers are all that a CRD keeps exactly. */
export const decimal: Grammar = {
	name: "a number",
	hint: 'write it in decimal as a text, such as "5", "0.05" or "1e-3"',
	pattern,
	maxLength: 64,
	type: "Decimal",
	accepts: (text) => new RegExp(pattern).test(text),
};

/** The number that a text holds, with blanks around it or not; undefined when it holds none. */
export function parseDecimal(text: string): number | undefined {
	const trimmed = text.trim();
	return decimal.accepts(trimmed) ? Number(trimmed) : undefined;
}
