import { isObject } from "./json.ts";
import { type Problem, quote } from "./problem.ts";

/**
 * A statement about the fields of one object, that is true or false of every value. A field of an object in it is named by its
 * path: `replace.code`.
 */
export type Test =
	/** The field says something: it is there, and not an empty text, list or object. */
	| { readonly given: string }
	/** The field is one of these. */
	| { readonly field: string; readonly is: readonly (string | boolean)[] }
	/** The text of the field matches a regular expression (RE2 subset); a field that is absent does not. */
	| { readonly field: string; readonly matches: string }
	| { readonly all: readonly Test[] }
	| { readonly any: readonly Test[] }
	| { readonly not: Test };

/** A rule between the fields of one object; from it come the check, its message, and the CEL rule of the CRD (see cel.ts). */
export interface Rule {
	/** The rule holds only when this is true; absent: always. */
	readonly when?: Test;
	/** What must be true then. */
	readonly must: Test;
	/** The field that the message is about, or its path. */
	readonly path: string;
	/** What is wrong and what is right; `{value}` stands for the value of the field, quoted. */
	readonly message: string;
	/** What breaks the rule is right and can't be run yet. */
	readonly pending?: true;
}

/** Says whether a value stands for something that is not known yet. */
type IsUnknown = (value: unknown) => boolean;

/** The rules that a value breaks; those that depend on what is not known yet pass. */
export function checkRules(
	rules: readonly Rule[],
	value: Readonly<Record<string, unknown>>,
	path: string,
	isUnknown: IsUnknown,
): Problem[] {
	return rules.flatMap((rule) => {
		if (rule.when && holds(rule.when, value, isUnknown) !== true) return [];
		if (holds(rule.must, value, isUnknown) !== false) return [];
		const at = path === "" ? rule.path : `${path}.${rule.path}`;
		const message = rule.message.replaceAll("{value}", shown(fieldAt(value, rule.path, isUnknown)));
		return [{ path: at, message, ...(rule.pending && { pending: true }) }];
	});
}

/** Whether a test is true of a value; undefined when that depends on what is not known yet. */
function holds(test: Test, value: Readonly<Record<string, unknown>>, isUnknown: IsUnknown): boolean | undefined {
	if ("all" in test) return every(test.all.map((one) => holds(one, value, isUnknown)));
	if ("any" in test) return not(every(test.any.map((one) => not(holds(one, value, isUnknown)))));
	if ("not" in test) return not(holds(test.not, value, isUnknown));
	const field = fieldAt(value, "given" in test ? test.given : test.field, isUnknown);
	if (isUnknown(field)) return undefined;
	if ("given" in test) return isGiven(field);
	if ("is" in test) return test.is.includes(field as string | boolean);
	return typeof field === "string" && new RegExp(test.matches).test(field);
}

/** The value at a path, or what is not known yet on the way to it. */
function fieldAt(value: unknown, path: string, isUnknown: IsUnknown): unknown {
	return path
		.split(".")
		.reduce((at, name) => (isUnknown(at) ? at : isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined), value);
}

function shown(field: unknown): string {
	return field === undefined ? "nothing" : quote(field);
}

/** Whether a field says something. */
export function isGiven(field: unknown): boolean {
	if (field === undefined || field === "") return false;
	if (Array.isArray(field)) return field.length > 0;
	return !isObject(field) || Object.keys(field).length > 0;
}

function not(value: boolean | undefined): boolean | undefined {
	return value === undefined ? undefined : !value;
}

function every(values: readonly (boolean | undefined)[]): boolean | undefined {
	if (values.includes(false)) return false;
	return values.includes(undefined) ? undefined : true;
}
