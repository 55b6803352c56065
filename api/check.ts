import type { ArrayField, Field, MapField, ObjectField, StringField } from "./field.ts";
import type { Grammar } from "./grammar.ts";
import { isObject } from "./json.ts";
import type { Kind } from "./kind.ts";
import { pendingMessage } from "./pending.ts";
import { oneOf, type Problem, quote } from "./problem.ts";
import { checkRules } from "./rule.ts";
import { rulesOfObject } from "./rules.ts";

/** Says whether a value stands for something that is not known yet (a Pulumi output at preview); such values pass. */
export type IsUnknown = (value: unknown) => boolean;

const article: Record<Field["type"], string> = {
	string: "a text",
	integer: "a whole number",
	boolean: "true or false",
	array: "a list",
	map: "an object",
	object: "an object",
	json: "an object",
};

/**
 * Checks a spec against its kind: shape, scalar grammars, bounds, unknown fields, which fields go with which variant and with
 * each other, and whether anything runs the kind yet. Returns all problems, in the order of the fields; empty when the spec is
 * right.
 */
export function check(kind: Kind, spec: unknown, isUnknown: IsUnknown = () => false): Problem[] {
	const pending: Problem[] = kind.pending ? [{ path: "kind", message: pendingMessage(kind.kind), pending: true }] : [];
	return [...pending, ...checkField(kind.spec, spec, "", isUnknown)];
}

/** Checks any value against a schema; `path` is where the value stands and goes before the paths of the problems. */
export function checkField(field: Field, value: unknown, path: string, isUnknown: IsUnknown = () => false): Problem[] {
	if (isUnknown(value)) return [];
	if (!hasType(field, value)) {
		return [{ path, message: `${quote(value)} is not ${article[field.type]}${expected(field)}` }];
	}
	switch (field.type) {
		case "string":
			return checkText(field, value as string, path);
		case "integer": {
			const { minimum = -Infinity, maximum = Infinity } = field;
			const inRange = (value as number) >= minimum && (value as number) <= maximum;
			return inRange ? [] : [{ path, message: `${quote(value)} is out of range; ${bounds(minimum, maximum)}` }];
		}
		case "boolean":
			return [];
		case "array":
			return checkArray(field, value as unknown[], path, isUnknown);
		case "map":
			return checkMap(field, value as Record<string, unknown>, path, isUnknown);
		case "object":
			return checkObject(field, value as Record<string, unknown>, path, isUnknown);
		case "json":
			return [];
	}
}

function checkText(field: StringField, value: string, path: string): Problem[] {
	if (field.enum && !field.enum.includes(value)) {
		return [{ path, message: `${quote(value)} is ${unknownAt(path)}; use ${oneOf(field.enum)}` }];
	}
	if (field.grammar && !fits(field.grammar, value)) {
		const { name, hint, why } = field.grammar;
		return [{ path, message: `${quote(value)} is not ${name}; ${why?.(value) ?? hint}` }];
	}
	if (field.maxLength !== undefined && lengthOf(value) > field.maxLength) {
		return [{ path, message: `${quote(value)} is too long; use at most ${field.maxLength} characters` }];
	}
	return [];
}

/** `not a known action`, and of the entries of a list `not one of the known methods`. */
function unknownAt(path: string): string {
	const name = path.split(".").at(-1) ?? path;
	const list = name.match(/^(.*)\[[^\]]*\]$/)?.[1];
	return list === undefined ? `not a known ${name}` : `not one of the known ${list}`;
}

function fits({ maxLength, accepts }: Grammar, text: string): boolean {
	return lengthOf(text) <= maxLength && accepts(text);
}

/** Characters as the API server counts them. */
function lengthOf(text: string): number {
	return [...text].length;
}

function checkArray(field: ArrayField, value: unknown[], path: string, isUnknown: IsUnknown): Problem[] {
	if (value.length > field.maxItems) {
		return [{ path, message: `has ${value.length} entries; use at most ${field.maxItems}` }];
	}
	if (value.length < (field.minItems ?? 0)) {
		return [{ path, message: `has ${value.length} entries; use at least ${field.minItems}` }];
	}
	const { keyedBy } = field;
	return [
		...value.flatMap((item, index) => checkField(field.items, item, `${path}[${index}]`, isUnknown)),
		...(keyedBy === undefined ? [] : checkKeys(keyedBy, value, path, isUnknown)),
	];
}

/** The entries of a list that are called as one before them. */
function checkKeys(name: string, value: unknown[], path: string, isUnknown: IsUnknown): Problem[] {
	const keys = value.map((item) => (isObject(item) ? item[name] : undefined));
	return keys.flatMap((key, index) => {
		const first = keys.indexOf(key);
		if (key === undefined || isUnknown(key) || first === index) return [];
		const at = `${path}[${index}].${name}`;
		return [{ path: at, message: `${quote(key)} is the ${name} of ${path}[${first}] too; give each one of its own` }];
	});
}

function checkMap(field: MapField, value: Record<string, unknown>, path: string, isUnknown: IsUnknown): Problem[] {
	const keys = Object.keys(value);
	if (keys.length > field.maxProperties) {
		return [{ path, message: `has ${keys.length} entries; use at most ${field.maxProperties}` }];
	}
	return keys.flatMap((key) => {
		const at = `${path}[${JSON.stringify(key)}]`;
		if (field.keys && !fits(field.keys, key)) {
			return [{ path: at, message: `the key ${quote(key)} is not ${field.keys.name}; ${field.keys.hint}` }];
		}
		return checkField(field.values, value[key], at, isUnknown);
	});
}

function checkObject(
	field: ObjectField,
	value: Record<string, unknown>,
	path: string,
	isUnknown: IsUnknown,
): Problem[] {
	const at = (name: string): string => (path === "" ? name : `${path}.${name}`);
	const known = Object.entries(field.fields).flatMap(([name, child]) => {
		if (value[name] !== undefined) return checkField(child, value[name], at(name), isUnknown);
		return child.required ? [{ path: at(name), message: `missing${expected(child)}` }] : [];
	});
	const unknown = Object.keys(value).filter((name) => value[name] !== undefined && !Object.hasOwn(field.fields, name));
	const names = Object.keys(field.fields).filter((name) => field.fields[name]?.refused === undefined);
	return [
		...known,
		...unknown.map((name) => ({
			path: at(name),
			message: `is not a known field; the fields here are ${names.join(", ")}`,
		})),
		...checkRules(rulesOfObject(field), value, path, isUnknown),
		...(field.audit?.(value, isUnknown) ?? []).map((problem) => ({ ...problem, path: at(problem.path) })),
	];
}

/** What would be right, for the end of a message. */
function expected(field: Field): string {
	if (field.type !== "string") return "";
	if (field.enum) return `; use ${oneOf(field.enum)}`;
	return field.grammar ? `; ${field.grammar.hint}` : "";
}

function bounds(minimum: number, maximum: number): string {
	if (maximum === Infinity) return `use ${minimum} or more`;
	return minimum === -Infinity ? `use ${maximum} or less` : `use ${minimum} to ${maximum}`;
}

function hasType(field: Field, value: unknown): boolean {
	switch (field.type) {
		case "integer":
			return Number.isSafeInteger(value);
		case "array":
			return Array.isArray(value);
		case "map":
		case "object":
		case "json":
			return isObject(value);
		default:
			return typeof value === field.type;
	}
}
