import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { check } from "../../api/check.ts";
import { kinds } from "../../provider/kinds.ts";
import { root } from "../../tools/lib/paths.ts";
import { compile } from "../support/compile.ts";

/** What a page shows twice. */
interface Shown {
	name: string;
	program: string;
	manifest: string;
}

const shown = globSync("docs/faults/*.md", { cwd: root }).flatMap((path): Shown[] => {
	const blocks = [...readFileSync(join(root, path), "utf8").matchAll(/```(ts|yaml)\n(.*?)```/gs)];
	const [programs, manifests] = ["ts", "yaml"].map((language) => blocks.filter(([, one]) => one === language));
	expect(programs?.length, path).toBe(manifests?.length);
	return (programs ?? []).map(([, , program = ""], index) => ({
		name: `${path.replaceAll(/\W/g, "-")}-${index}`,
		program,
		manifest: manifests?.[index]?.[2] ?? "",
	}));
});

it("there are examples", () => expect(shown.length).toBeGreaterThan(0));

it("all programs on the pages compile", () => {
	expect(compile(new Map(shown.map(({ name, program }) => [name, program])))).toEqual([]);
});

it.each(shown)("$name: the YAML says what the program does, and is right", ({ program, manifest }) => {
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
