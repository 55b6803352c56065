import ts from "typescript";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { check } from "../../api/check.ts";
import { kinds } from "../../provider/kinds.ts";
import { shownExamples } from "../support/reference-pages.ts";

it.each(shownExamples())("$name: the YAML says what the program does, and is right", ({ program, manifest }) => {
	const { kind, metadata, spec } = parse(manifest);
	expect(made(program)).toEqual([{ kind, name: metadata.name, args: spec }]);
	const known = kinds[kind];
	expect(known && check(known, spec)).toEqual([]);
});

/** Runs a program on a package whose classes note what they are made of. */
function made(program: string): unknown[] {
	const noted: unknown[] = [];
	const classOf = (kind: string) =>
		class {
			constructor(name: string, args: unknown) {
				noted.push({ kind, name, args });
			}
		};
	const classes = new Proxy({}, { get: (_, kind) => classOf(String(kind)) });
	const { outputText } = ts.transpileModule(program, { compilerOptions: { module: ts.ModuleKind.CommonJS } });
	new Function("require", "exports", outputText)(() => classes, {});
	return noted;
}
