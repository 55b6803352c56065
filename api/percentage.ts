import type { Grammar } from "./grammar.ts";

const whole = "0*(100(\\.0*)?|[0-9]{1,2}(\\.[0-9]*)?)";
const exponent = "([0-9]+\\.?[0-9]*|\\.[0-9]+)[eE][+-]?[0-9]+";
const number = `\\+?(${whole}|\\.[0-9]+|${exponent})`;

/** A number from 0 to 100 as text. */
export const percentage: Grammar = {
	name: "a percentage",
	hint: 'write a number from 0 to 100 without a sign, such as "12.5"',
	pattern: `^${number}$`,
	maxLength: 32,
	inexact: "the range of numbers with an exponent",
	type: "Percentage",
	accepts: (text) => new RegExp(`^${number}$`).test(text) && Number(text) <= 100,
};

/** A percentage, or empty, which says nothing (upstream takes that too). */
export const percentageOrNothing: Grammar = {
	...percentage,
	pattern: `^(${number})?$`,
	accepts: (text) => text === "" || percentage.accepts(text),
};
