import { decimal } from "./decimal.ts";
import { regularExpression } from "./expression.ts";
import type { Field, ObjectField, ValueOf } from "./field.ts";

const longest = 4096;

const numbers = {
	equals: {
		type: "string",
		description: "It is this text, or the same number: `1` equals `1.0`.",
		maxLength: longest,
	},
	notEquals: { type: "string", description: "It is another text, and another number.", maxLength: longest },
	lessThan: { type: "string", description: "It is a number below this one.", grammar: decimal },
	atMost: { type: "string", description: "It is a number, this one or one below.", grammar: decimal },
	greaterThan: { type: "string", description: "It is a number above this one.", grammar: decimal },
	atLeast: { type: "string", description: "It is a number, this one or one above.", grammar: decimal },
} as const satisfies Record<string, Field>;

const texts = {
	contains: { type: "string", description: "This text stands in it.", maxLength: longest },
	matches: {
		type: "string",
		description: "The regular expression finds something in it.",
		grammar: regularExpression,
	},
} as const satisfies Record<string, Field>;

/** What a number must be; all that is given must hold. */
export const numberCriteria = {
	type: "object",
	description: "What the number must be. All fields that are given must hold.",
	fields: {
		...numbers,
		equals: { ...numbers.equals, description: "It is this number.", grammar: decimal },
		notEquals: { ...numbers.notEquals, description: "It is another number.", grammar: decimal },
	},
	rules: [atLeastOne(Object.keys(numbers))],
} as const satisfies ObjectField;

/** What a text, or the number in it, must be; all that is given must hold. */
export const criteria = {
	type: "object",
	description: "What it must be. All fields that are given must hold; those that compare need a number in it.",
	fields: { ...numbers, ...texts },
	rules: [atLeastOne([...Object.keys(numbers), ...Object.keys(texts)])],
} as const satisfies ObjectField;

function atLeastOne(names: readonly string[]) {
	return {
		must: { any: names.map((given) => ({ given })) },
		path: "equals",
		message: `missing; say what is right by at least one of ${names.join(", ")}`,
	};
}

/** Value of `criteria`, and of `numberCriteria`. */
export type Criteria = ValueOf<typeof criteria>;
