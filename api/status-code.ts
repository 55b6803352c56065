import type { Grammar } from "./grammar.ts";

const code = "\\+?0*([1-9][0-9]{0,2})";
const range = new RegExp(`^${code}(?:-${code})?$`);

/** A status code of HTTP, or a range of them with both ends in it. */
export const statusCodes: Grammar = {
	name: "a status code",
	hint: 'write one from 1 to 999, such as "200", or a range from the lower to the higher, such as "200-299"',
	pattern: `^${code}(-${code})?$`,
	maxLength: 16,
	inexact: "that a range goes from the lower to the higher",
	type: "StatusCodes",
	accepts: (text) => {
		const [whole, first, last] = range.exec(text) ?? [];
		return whole !== undefined && (last === undefined || Number(first) <= Number(last));
	},
};
