import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { check } from "../../api/check.ts";
import { clean } from "../../api/clean.ts";
import { cron } from "../../api/cron.ts";
import { fillDefaults } from "../../api/defaults.ts";
import { parseDuration } from "../../api/duration.ts";
import type { ObjectField } from "../../api/field.ts";
import { allKinds } from "../../orchestration/kinds.ts";
import { root } from "../../tools/lib/paths.ts";
import { ready } from "../support/ready.ts";
import { documented } from "./table.ts";

type Spec = Record<string, unknown>;

/** What Chaos Mesh's own code made of an input. */
interface Vector {
	readonly table: string;
	readonly input: string | { metadata: { namespace: string }; spec: Spec };
	/** Scalars: whether it is one. */
	readonly ok?: boolean;
	readonly nanoseconds?: string;
	/** Objects: what admission said, and the spec with its defaults. */
	readonly kind?: string;
	readonly name?: string;
	readonly outcome?: string;
	readonly defaultedSpec?: Spec;
}

const vectors = readFileSync(join(root, "test/compat/vectors.jsonl"), "utf8")
	.trim()
	.split("\n")
	.map((line): Vector => JSON.parse(line));
/** What says whether a text is right, by the table of the vectors. */
const readers: Record<string, (text: string) => boolean> = {
	cron: (text) => cron.accepts(text),
	duration: (text) => parseDuration(text) !== undefined,
};
/** As they will be when all of them can be injected. */
const kinds = new Map(allKinds.map((kind) => [kind.kind, ready(kind)]));
const differences = new Map(
	documented("Test vectors").map(([of, row, upstream, here]) => [`${of} ${row}`, { upstream, here }]),
);

it.each(vectors.map((vector) => [titleOf(vector), vector] as const))("%s", (title, vector) => {
	const upstream = vector.ok === true || vector.outcome === "accept" ? "accepted" : "refused";
	if (differences.get(`${groupOf(vector)} all`)?.here === "not there") {
		expect(kinds.has(groupOf(vector)) || groupOf(vector) in readers, "is there").toBe(false);
		return;
	}
	const difference = differences.get(title);
	const here = accepts(vector) ? "accepted" : "refused";
	expect({ upstream, here }).toEqual(difference ?? { upstream, here: upstream });
	if (here === "accepted") sameMeaning(vector);
});

it("names no row that is not there", () => {
	const titles = vectors.flatMap((vector) => [titleOf(vector), `${groupOf(vector)} all`]);
	expect([...differences.keys()].filter((title) => !titles.includes(title))).toEqual([]);
});

function groupOf({ table, kind }: Vector): string {
	return kind ?? table;
}

function titleOf(vector: Vector): string {
	return `${groupOf(vector)} ${vector.name ?? JSON.stringify(vector.input)}`.trim();
}

function accepts({ table, kind: name, input }: Vector): boolean {
	if (typeof input === "string") return readers[table]?.(input) ?? false;
	const kind = kinds.get(name ?? "");
	return kind !== undefined && check(kind, clean(kind.spec, input.spec)).length === 0;
}

/** The same number, or the same spec after admission: we fill in more than Chaos Mesh's webhook, as its CRDs do. */
function sameMeaning({ kind: name, input, nanoseconds, defaultedSpec }: Vector): void {
	if (nanoseconds !== undefined) expect((parseDuration(String(input)) ?? Number.NaN) * 1e6).toBe(Number(nanoseconds));
	if (typeof input === "string" || defaultedSpec === undefined) return;
	const spec = kinds.get(name ?? "")?.spec as ObjectField;
	const { namespace } = input.metadata;
	const filled = fillDefaults(spec, clean(spec, input.spec), namespace);
	// Chaos Mesh leaves the end of a name like eth1@if3 in targetDevice; ours cuts both devices down alike.
	expect(filled).toMatchObject(fillDefaults(spec, clean(spec, defaultedSpec), namespace));
}
