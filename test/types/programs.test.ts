import { beforeAll, describe, expect, it } from "vitest";
import { kinds } from "../../provider/kinds.ts";
import { goldenPrograms } from "../cli/goldens.ts";
import { compile, type Mistake } from "../support/compile.ts";
import { programsOn, shownExamples } from "../support/reference-pages.ts";
import { right } from "./right.ts";
import { wholePrograms } from "./samples.ts";
import { wrong } from "./wrong.ts";

const imports = 'import * as pulumi from "@pulumi/pulumi";\nimport * as chaos from "pulumi-chaos";\n';
const cut = 'const cut = { action: "partition", mode: "all", selector: {} } as const;\n';

const all = Object.values(kinds);
const plain = all.flatMap((kind) => [...wholePrograms(kind, (text) => text)]);
const outputs = all.flatMap((kind) => [...wholePrograms(kind, (text) => `pulumi.output(${text})`)]);

const programs = new Map([
	...plain.map(([name, text]) => [`every field of ${name}`, imports + text] as const),
	...outputs.map(([name, text]) => [`outputs on every level of ${name}`, imports + text] as const),
	...Object.entries(right).map(([name, text]) => [name, imports + cut + text] as const),
	...shownExamples().map(({ name, program }) => [`the page's example ${name}`, program] as const),
	...programsOn("README.md").map((program, index) => [`the README's program ${index + 1}`, program] as const),
	...[...goldenPrograms()].map(([name, program]) => [`what convert makes of ${name}`, program] as const),
	...wrong.map(({ what, program }) => [what, imports + program] as const),
]);

/** One run of the compiler for all: most of its time goes into the packages that they import. */
let mistakes: readonly Mistake[] = [];
beforeAll(() => {
	mistakes = compile(programs);
}, 60_000);

const found = (name: string): readonly Mistake[] => mistakes.filter(({ program }) => program === name);

describe("compiles", () => {
	const names = [...programs.keys()].filter((name) => !wrong.some(({ what }) => what === name));
	it.each(names)("%s", (name) => expect(found(name)).toEqual([]));
});

describe("does not compile", () => {
	it.each(wrong)("$what", ({ what, named }) => {
		const lines = (programs.get(what) ?? "").split("\n");
		const line = lines.findIndex((text) => text.endsWith("// wrong")) + 1;
		expect(found(what).map((mistake) => mistake.line)).toEqual([line]);
		expect(found(what)[0]?.message).toContain(named);
	});
});
