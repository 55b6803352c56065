import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { check } from "../../api/check.ts";
import { clean } from "../../api/clean.ts";
import { apiVersion } from "../../api/names.ts";
import { describeProblems } from "../../api/problem.ts";
import { allKinds } from "../../orchestration/kinds.ts";
import { ready } from "../support/ready.ts";
import { documented } from "./table.ts";

interface Manifest {
	readonly apiVersion: string;
	readonly kind: string;
	readonly metadata: { readonly name: string };
	readonly spec: Record<string, unknown>;
}

/** Folder with Chaos Mesh's own manifests, one or more a file, which are not ours to keep in the repository. */
const folder = process.env["PULUMI_CHAOS_UPSTREAM"];
/** As they will be when all of them can be injected. */
const kinds = new Map(allKinds.map((kind) => [kind.kind, ready(kind)]));
/** Path in one of their repositories, name of the object, and the beginning of what is said of it. */
const refused = documented("Manifests of Chaos Mesh").map(([path = "", name, field, said]) => ({
	file: path.replaceAll("/", "_"),
	name,
	message: `${field}: ${said}`,
}));
const manifests = folder === undefined ? [] : readdirSync(folder).flatMap(manifestsOf);
const ours = manifests.filter(({ manifest }) => kinds.has(manifest.kind));

describe.skipIf(folder === undefined)("manifests of Chaos Mesh (PULUMI_CHAOS_UPSTREAM)", () => {
	it.each(ours)("$file, $manifest.metadata.name", ({ file, manifest }) => {
		const kind = kinds.get(manifest.kind);
		const problems = kind ? describeProblems(check(kind, clean(kind.spec, manifest.spec))) : "";
		const expected = refused.find((one) => file.includes(one.file) && one.name === manifest.metadata.name);
		if (expected === undefined) expect(problems).toBe("");
		else expect(problems).toContain(expected.message);
	});

	it("are those that docs/compatibility.md names", () => {
		const counts = Map.groupBy(manifests, ({ manifest }) => manifest.kind);
		const list = [...counts].map(([kind, { length }]) => `${kind} ${length}${kinds.has(kind) ? "" : ", not ours"}`);
		console.info(list.toSorted().join("\n"));
		const files = ours.map(({ file }) => file);
		expect(refused.filter((one) => !files.some((file) => file.includes(one.file)))).toEqual([]);
		expect(ours).not.toEqual([]);
	});
});

function manifestsOf(file: string): { file: string; manifest: Manifest }[] {
	return parseAllDocuments(readFileSync(join(folder ?? "", file), "utf8"))
		.map((document) => document.toJS() as Manifest)
		.filter((manifest) => manifest.apiVersion === apiVersion)
		.map((manifest) => ({ file, manifest }));
}
