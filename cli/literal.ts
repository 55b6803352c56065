import { isObject } from "../api/json.ts";

/** Stands for a constant of the program in the values that {@link literal} prints. */
export class Reference {
	readonly name: string;

	constructor(name: string) {
		this.name = name;
	}
}

/** Columns that a line may have; a tab counts for two of them. */
const width = 120;
const tab = 2;

/** Where a value stands: how deep its line is indented, and how many columns it shares that line with. */
interface Place {
	depth: number;
	taken: number;
}

/**
 * A value as TypeScript, laid out as formatters do: on one line when that has room, otherwise one field a line.
 *
 * @param taken - columns of the first line that other text needs, before and behind
 */
export function literal(value: unknown, taken: number): string {
	return print(value, { depth: 0, taken });
}

/** As {@link literal}, an object with each field on a line of its own, however short. */
export function fields(object: Record<string, unknown>): string {
	return brokenObject(object, 0);
}

function print(value: unknown, { depth, taken }: Place): string {
	const flat = onOneLine(value);
	if (flat !== undefined && depth * tab + taken + flat.length <= width) return flat;
	if (Array.isArray(value)) return brokenArray(value, depth);
	return isObject(value) && !(value instanceof Reference) ? brokenObject(value, depth) : (flat ?? "");
}

/** Undefined when formatters never put such a value on one line. */
function onOneLine(value: unknown): string | undefined {
	if (value instanceof Reference) return value.name;
	if (typeof value === "string") return text(value);
	if (Array.isArray(value)) {
		const items = value.map(onOneLine);
		return items.includes(undefined) || isTable(value) ? undefined : `[${items.join(", ")}]`;
	}
	if (!isObject(value)) return JSON.stringify(value);
	const entries = Object.entries(value).map(([name, child]) => [key(name), onOneLine(child)] as const);
	if (entries.some(([, child]) => child === undefined)) return undefined;
	return entries.length === 0 ? "{}" : `{ ${entries.map(([name, child]) => `${name}: ${child}`).join(", ")} }`;
}

/** Several objects, or several lists, of several parts each. */
function isTable(list: readonly unknown[]): boolean {
	const objects = list.every((item) => isObject(item) && Object.keys(item).length > 1);
	return list.length > 1 && (objects || list.every((item) => Array.isArray(item) && item.length > 1));
}

function brokenArray(list: readonly unknown[], depth: number): string {
	return broken(
		"[",
		list.map((item) => print(item, { depth: depth + 1, taken: 1 })),
		"]",
		depth,
	);
}

function brokenObject(object: Record<string, unknown>, depth: number): string {
	const lines = Object.entries(object).map(([name, child]) => {
		const before = `${key(name)}:`;
		const value = print(child, { depth: depth + 1, taken: before.length + 2 });
		const long = (depth + 1) * tab + before.length + 2 + value.length > width;
		// A text that does not fit goes on a line of its own, unless its name is too short for that to help.
		return typeof child === "string" && long && before.length > 5
			? `${before}\n${"\t".repeat(depth + 2)}${value}`
			: `${before} ${value}`;
	});
	return broken("{", lines, "}", depth);
}

function broken(open: string, lines: readonly string[], close: string, depth: number): string {
	const indent = "\t".repeat(depth);
	return [open, ...lines.map((line) => `${indent}\t${line},`), `${indent}${close}`].join("\n");
}

function key(name: string): string {
	return /^[A-Za-z_$][\w$]*$/.test(name) ? name : text(name);
}

/** A text in the quotes that need fewer escapes; double ones when that makes no difference. */
function text(value: string): string {
	const double = JSON.stringify(value);
	const [singles, doubles] = ["'", '"'].map((quote) => value.split(quote).length - 1) as [number, number];
	if (doubles <= singles) return double;
	return `'${double.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
