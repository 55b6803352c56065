import { join } from "node:path";
import ts from "typescript";
import { beforeAll, expect, it } from "vitest";
import type { Field } from "../../api/field.ts";
import { kinds } from "../../provider/kinds.ts";
import { root } from "../../tools/lib/paths.ts";
import { wholePrograms } from "./samples.ts";

const all = Object.values(kinds);
const fileOf = (kind: string): string => join(root, "test/compiled", `${kind}.ts`);
const texts = new Map(
	all.map((kind) => {
		const programs = wholePrograms(kind, (text) => text).values();
		return [fileOf(kind.kind), ['import * as chaos from "pulumi-chaos";', ...programs].join("\n")];
	}),
);

/** What an editor asks, of the package as users install it. */
const service = ts.createLanguageService({
	getCompilationSettings: () => ({ module: ts.ModuleKind.NodeNext, strict: true, skipLibCheck: true, types: [] }),
	getCurrentDirectory: () => root,
	getDefaultLibFileName: ts.getDefaultLibFilePath,
	getScriptFileNames: () => [...texts.keys()],
	getScriptVersion: () => "1",
	getScriptSnapshot: (file) => {
		const text = texts.get(file) ?? ts.sys.readFile(file);
		return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
	},
	fileExists: (file) => texts.has(file) || ts.sys.fileExists(file),
	readFile: (file) => texts.get(file) ?? ts.sys.readFile(file),
	directoryExists: ts.sys.directoryExists,
	realpath: (file) => ts.sys.realpath?.(file) ?? file,
});

/** The first question takes its time: all files are read for it. */
const found = new Map<string, Place[]>();
beforeAll(() => {
	for (const { kind, spec } of all) {
		found.set(
			kind,
			argumentsIn(fileOf(kind)).flatMap((args) => places(spec, args, kind)),
		);
	}
}, 60_000);

/** What the editor shows for a name in a program. */
function shown(name: ts.Node): string {
	const info = service.getQuickInfoAtPosition(name.getSourceFile().fileName, name.getStart());
	return ts.displayPartsToString(info?.documentation).replaceAll(/\s+/g, " ");
}

/** A field in a program, and where the docs of it are: in the editor, and in the schema. */
interface Place {
	path: string;
	said: string;
	described: string;
}

/** All fields that a value of a program gives. */
function places(field: Field, value: ts.Node, path: string): Place[] {
	if (field.type === "array" && ts.isArrayLiteralExpression(value)) {
		return value.elements.flatMap((element) => places(field.items, element, `${path}[]`));
	}
	if (field.type !== "object" || !ts.isObjectLiteralExpression(value)) return [];
	const { fields, variants } = field;
	return value.properties.filter(ts.isPropertyAssignment).flatMap(({ name, initializer }) => {
		const key = name.getText().replaceAll('"', "");
		const child = fields[key];
		if (!child) throw new Error(`${path}.${key} is no field`);
		const variant = key === variants?.by ? variants.of[initializer.getText().replaceAll('"', "")] : undefined;
		const { description: described } = variant ?? child;
		return [{ path: `${path}.${key}`, said: shown(name), described }, ...places(child, initializer, `${path}.${key}`)];
	});
}

/** The arguments of every experiment in a file. */
function argumentsIn(file: string): ts.Node[] {
	const statements = service.getProgram()?.getSourceFile(file)?.statements ?? [];
	return statements.flatMap((statement) => {
		const made = ts.isExpressionStatement(statement) ? statement.expression : undefined;
		return made && ts.isNewExpression(made) ? (made.arguments?.[1] ?? []) : [];
	});
}

it.each(all)("says of every field of a $kind what it is, where it is written", ({ kind, spec }) => {
	const fields = found.get(kind) ?? [];
	expect(fields.length).toBeGreaterThan(Object.keys(spec.fields).length / 2);
	expect(fields.filter(({ said, described }) => !said.startsWith(described))).toEqual([]);
});
