import { probe } from "../../api/probe.ts";
import { podSelector, selector } from "../../api/selector.ts";
import { program } from "./examples.ts";
import { fieldTable } from "./field-table.ts";
import { format } from "./format.ts";
import { kebab } from "./names.ts";
import { document, page } from "./page.ts";
import type { Source } from "./sources.ts";

/** Where the reference pages are. */
export const pagesFolder = "docs/faults";

const links = new Map<object, string>([
	[selector.fields, "[Selector](selector.md)"],
	[podSelector.fields, "[PodSelector](selector.md)"],
	[probe.fields, "[Probe](probe.md)"],
]);

/** The reference pages, by path: one for each kind that can be injected, what they share, and the list of them. */
export function pages(all: readonly Source[]): Map<string, string> {
	const ready = all.filter(({ reference }) => reference !== undefined);
	const programs = format(
		new Map(
			ready.flatMap(({ kind, reference = [] }) =>
				reference.map(({ example }, index) => [programPath(kind.kind, index), program(kind.kind, example)] as const),
			),
		),
	);
	return new Map([
		[`${pagesFolder}/README.md`, list(all)],
		[`${pagesFolder}/selector.md`, selectorPage()],
		[`${pagesFolder}/probe.md`, probePage()],
		...ready.map((source) => {
			const { kind } = source.kind;
			const own = (source.reference ?? []).map((_, index) => programs.get(programPath(kind, index)) ?? "");
			return [`${pagesFolder}/${kebab(kind)}.md`, page(source, own, links)] as const;
		}),
	]);
}

function programPath(kind: string, index: number): string {
	return `${kebab(kind)}-${index}.ts`;
}

function list(all: readonly Source[]): string {
	const rows = all.map(({ kind, reference }) =>
		reference
			? `| [${kind.kind}](${kebab(kind.kind)}.md) | ${kind.description} |`
			: `| ${kind.kind} | ${kind.description} This version can't run it yet and refuses it. |`,
	);
	return document("orchestration/kinds.ts", "Kinds", [
		["| kind | what it is |", "|---|---|", ...rows].join("\n"),
		"Who is hit: [selectors and modes](selector.md). Whether the system stays well: [the fields of a probe](probe.md). How experiments live: [the life of an experiment](../lifecycle.md).",
	]);
}

function selectorPage(): string {
	return document("api/selector.ts", "Selectors and modes", [
		"Every experiment says whom it may hit (`selector`) and how many of them it hits (`mode`, `value`); so does `target`, for the other side of a network fault.",
		"Targets are chosen once, when the experiment begins: never pods of the chaos system, and those of `kube-system` only when the selector names that namespace.",
		"## Fields",
		fieldTable(podSelector, new Map()),
	]);
}

function probePage(): string {
	const types = Object.entries(probe.variants.of).map(([name, { description }]) => `| \`${name}\` | ${description} |`);
	return document("api/probe.ts", "The fields of a probe", [
		"Every experiment may have `probes`: what they are good for, how they are looked at and what follows is in [probes](../probes.md).",
		"A [Probe of its own](../probes.md#a-probe-of-its-own) has the same fields, but `name` and `when`.",
		["| `type` | what it does |", "|---|---|", ...types].join("\n"),
		"## Fields",
		fieldTable(probe, new Map()),
	]);
}
