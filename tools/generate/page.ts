import { dirname } from "node:path";
import type { Kind } from "../../api/kind.ts";
import type { ReferenceEntry } from "../../api/reference.ts";
import { manifest } from "./examples.ts";
import { fieldTable, type Links } from "./field-table.ts";
import type { Source } from "./sources.ts";
import { header } from "./typescript-file.ts";

/**
 * The reference page of a kind that can be injected.
 *
 * @param programs - the examples as formatted programs, one for each entry of the reference
 */
export function page({ kind, file, reference = [] }: Source, programs: readonly string[], links: Links): string {
	return document(dirname(file), kind.kind, [
		kind.description,
		...variantTable(kind, reference),
		...reference.flatMap((entry, index) => section(kind.kind, entry, programs[index] ?? "")),
		"## Fields",
		"In a program they are arguments, beside [those that every experiment has](../lifecycle.md#arguments); in YAML they stand under `spec`.",
		fieldTable(kind.spec, links),
	]);
}

/** A generated page of Markdown. */
export function document(source: string, title: string, paragraphs: readonly string[]): string {
	return `${[`<!-- ${header(source)} -->`, `# ${title}`, ...paragraphs].join("\n\n")}\n`;
}

function variantTable({ spec: { variants } }: Kind, reference: readonly ReferenceEntry[]): string[] {
	if (!variants) return [];
	const rows = Object.entries(variants.of).map(([name, { description }]) =>
		reference.some(({ variant }) => variant === name)
			? `| [\`${name}\`](#${name}) | ${description} |`
			: `| \`${name}\` | ${description} This version can't do it yet and refuses it. |`,
	);
	return [[`| \`${variants.by}\` | what it does |`, "|---|---|", ...rows].join("\n")];
}

function section(kind: string, { variant, done, undone, needs, example }: ReferenceEntry, program: string): string[] {
	return [
		`## ${variant ?? "What it does"}`,
		[
			`- **What is done to the target.** ${done}`,
			`- **How it is undone.** ${undone}`,
			`- **What it needs.** ${needs}`,
		].join("\n"),
		block("ts", program),
		"The same without Pulumi:",
		block("yaml", manifest(kind, example)),
	];
}

function block(language: string, text: string): string {
	return ["```", language, "\n", text.trimEnd(), "\n```"].join("");
}
