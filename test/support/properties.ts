import fc from "fast-check";
import { isObject } from "../../api/json.ts";

/** Inputs that each property is tried with; the nightly tier says more. */
export const numRuns = Number(process.env["PULUMI_CHAOS_RUNS"] ?? 10_000);

/** Tries a statement with many inputs; it fails by throwing, or by being false. */
export function always<T>(inputs: fc.Arbitrary<T>, holds: (input: T) => unknown): void {
	fc.assert(
		fc.property(inputs, (input) => holds(input) !== false),
		{ numRuns },
	);
}

/** Texts of any kind: random ones, and those of the letters given, which get further. */
export function texts(letters: string): fc.Arbitrary<string> {
	return fc.oneof(
		fc.string({ unit: "binary", maxLength: 40 }),
		fc.string({ unit: fc.constantFrom(...letters), maxLength: 40 }),
	);
}

/** A text with some of its characters replaced, taken out or put twice. */
export function spoiled(text: string): fc.Arbitrary<string> {
	const change = fc.record({
		at: fc.nat(Math.max(0, text.length - 1)),
		length: fc.constantFrom(0, 0, 1, 1, 2, 30),
		insert: fc.oneof(fc.string({ unit: "binary", maxLength: 3 }), fc.constantFrom(..."{}[]:,-'\"#&*!|>%@`\n\t ", "")),
	});
	return fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => changes.reduce(spoil, text));
}

function spoil(text: string, { at, length, insert }: { at: number; length: number; insert: string }): string {
	return text.slice(0, at) + insert + text.slice(at + length);
}

/** A value of JSON with some of its parts replaced or taken out. */
export function mutations(value: unknown): fc.Arbitrary<unknown> {
	const change = fc.record({
		path: fc.constantFrom(...pathsOf(value)),
		part: fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant(undefined)),
	});
	return fc
		.array(change, { minLength: 1, maxLength: 3 })
		.map((changes) => changes.reduce<unknown>((whole, { path, part }) => replaced(whole, path, part), value));
}

function pathsOf(value: unknown): string[][] {
	const inner = isObject(value) || Array.isArray(value) ? Object.entries(value) : [];
	return [[], ...inner.flatMap(([key, child]) => pathsOf(child).map((path) => [key, ...path]))];
}

function replaced(value: unknown, [key, ...rest]: string[], part: unknown): unknown {
	if (key === undefined) return part;
	if (Array.isArray(value))
		return value.map((item, index) => (String(index) === key ? replaced(item, rest, part) : item));
	return isObject(value) ? { ...value, [key]: replaced(value[key], rest, part) } : value;
}
