import type { Grammar } from "./grammar.ts";

const pattern = "^0*[1-9][0-9]{0,17} *[kKmMgGtT]?([bB][iI][tT]|[bB][pP][sS])$";

/** A rate of data above zero: a whole number and a unit of bits (`bit`) or bytes (`bps`) a second. */
export const rate: Grammar = {
	name: "a rate",
	hint: 'write a whole number above zero and a unit of bit, kbit, mbit, gbit, tbit, bps, kbps, mbps, gbps or tbps, such as "10mbit"; bps is bytes a second',
	pattern,
	maxLength: 32,
	type: "Rate",
	accepts: (text) => new RegExp(pattern).test(text),
};

const powers = ["", "k", "m", "g", "t"];

/** Bits a second of a rate; throws an Error on a text that is none. */
export function bitsPerSecond(text: string): number {
	const [, count, prefix = "", unit] = /^(\d+) *([kmgt]?)(bit|bps)$/i.exec(text) ?? [];
	if (count === undefined || unit === undefined) {
		throw new Error(`${JSON.stringify(text)} is not ${rate.name}; ${rate.hint}`);
	}
	return Number(count) * 1000 ** powers.indexOf(prefix.toLowerCase()) * (unit.toLowerCase() === "bps" ? 8 : 1);
}
