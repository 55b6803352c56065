import type { Field, ObjectField } from "./field.ts";
import type { Rule, Test } from "./rule.ts";
import { rulesOfObject } from "./rules.ts";

/** An entry of `x-kubernetes-validations`. */
export interface CelRule {
	rule: string;
	message: string;
	/** Makes the message instead of `message`, where the value is quoted. */
	messageExpression?: string;
	/** Which field of the object the message is about. */
	fieldPath?: string;
}

/** What a JSON Schema can't say of a field, in CEL (the dialect of CustomResourceDefinitions). */
export function celRules(field: Field): CelRule[] {
	switch (field.type) {
		case "string":
			return field.grammar?.also === undefined ? [] : [matching("self", field.grammar.also, field.grammar)];
		case "map": {
			if (!field.keys) return [];
			const { pattern, also, maxLength, name, hint } = field.keys;
			const tests = [pattern, ...(also === undefined ? [] : [also])].map((one) => `key.matches(${literal(one)})`);
			const rule = `self.all(key, size(key) <= ${maxLength} && ${tests.join(" && ")})`;
			return [{ rule, message: `a key is not ${name}; ${hint}` }];
		}
		case "object":
			return rulesOfObject(field).map((rule) => celRule(field, rule));
		default:
			return [];
	}
}

function matching(subject: string, pattern: string, { name, hint }: { name: string; hint: string }): CelRule {
	return { rule: `${subject}.matches(${literal(pattern)})`, message: `is not ${name}; ${hint}` };
}

function celRule(object: ObjectField, { when, must, path, message }: Rule): CelRule {
	const then = expression(object, must);
	const rule = when ? `!(${expression(object, when)}) || (${then})` : then;
	const about = fieldAt(object, path);
	const quoted = message.includes("{value}") && about?.type === "string";
	const plain = message.replaceAll(/\{value\} ?/g, "");
	return {
		rule,
		message: plain,
		...(quoted && { messageExpression: quoting(path, message) }),
		// Only a field that is there can be pointed at.
		...(about && { fieldPath: `.${path}` }),
	};
}

/** An expression for the message, with the value of a text field in its place; the field may be absent. */
function quoting(path: string, message: string): string {
	const field = member(path);
	const shown = `(${present(path)} ? '"' + ${field} + '"' : 'nothing')`;
	return message
		.split("{value}")
		.map((part) => literal(part))
		.join(` + ${shown} + `);
}

function expression(object: ObjectField, test: Test): string {
	if ("all" in test) return test.all.map((one) => `(${expression(object, one)})`).join(" && ");
	if ("any" in test) return test.any.map((one) => `(${expression(object, one)})`).join(" || ");
	if ("not" in test) return `!(${expression(object, test.not)})`;
	const path = "given" in test ? test.given : test.field;
	const field = member(path);
	const there = present(path);
	if ("given" in test) {
		const about = fieldAt(object, path);
		const sized = ["string", "array", "map", "object", "json"].includes(about?.type ?? "");
		return sized ? `${there} && ${isFull(about, field)}` : there;
	}
	if ("is" in test) return `${there} && ${field} in [${test.is.map(literal).join(", ")}]`;
	return `${there} && ${field}.matches(${literal(test.matches)})`;
}

/** Whether a field is there, and so every object on the way to it. */
function present(path: string): string {
	const names = path.split(".");
	return names.map((_, index) => `has(${member(names.slice(0, index + 1).join("."))})`).join(" && ");
}

function fieldAt(object: ObjectField, path: string): Field | undefined {
	return path
		.split(".")
		.reduce<Field | undefined>((at, name) => (at?.type === "object" ? at.fields[name] : undefined), object);
}

/** Whether a text, list or object that is there holds anything. An object with named fields has no size in CEL. */
function isFull(field: Field | undefined, subject: string): string {
	if (field?.type !== "object") return `size(${subject}) > 0`;
	return `(${Object.keys(field.fields)
		.map((name) => `has(${subject}.${escaped(name)})`)
		.join(" || ")})`;
}

function member(path: string): string {
	return `self.${path.split(".").map(escaped).join(".")}`;
}

// Of CEL's reserved words and the characters that an identifier can't have, those that our fields use.
const reserved = new Set(["namespace", "in", "as", "break", "const", "continue", "else", "for", "function", "if"]);

/** A field's name as CEL writes it: https://kubernetes.io/docs/reference/using-api/cel/#escaping */
function escaped(name: string): string {
	if (reserved.has(name)) return `__${name}__`;
	return name.replaceAll("__", "__underscores__").replaceAll("-", "__dash__").replaceAll(".", "__dot__");
}

/** A literal of CEL. */
function literal(value: string | boolean): string {
	if (typeof value === "boolean") return `${value}`;
	return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("\n", "\\n")}'`;
}
