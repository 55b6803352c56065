import type { Grammar } from "./grammar.ts";

/** A regular expression of JavaScript. Who uses one bounds the time that it takes: nothing in its text says how long that is. */
export const regularExpression: Grammar = {
	name: "a regular expression",
	hint: 'write one of JavaScript without slashes around it, such as "^ok( |$)"',
	pattern: "[\\s\\S]",
	maxLength: 1024,
	inexact: "how a regular expression is written",
	accepts: (text) => text !== "" && isExpression(text),
	why: (text) => {
		try {
			new RegExp(text);
			return undefined;
		} catch (error) {
			return (error as Error).message;
		}
	},
};

function isExpression(text: string): boolean {
	try {
		new RegExp(text);
		return true;
	} catch {
		return false;
	}
}
