import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { convert } from "../../cli/convert.ts";
import { line } from "../../cli/finding.ts";
import { compile } from "../support/compile.ts";
import { declared, misformatted, registered } from "./programs.ts";

/** Folder with Chaos Mesh's own manifests, which are not ours to keep in the repository. */
const folder = process.env["PULUMI_CHAOS_UPSTREAM"];

const manifests = new Map(
	folder === undefined
		? []
		: readdirSync(folder)
				.filter((file) => file.endsWith(".yaml"))
				.map((file): [string, string] => [file, readFileSync(join(folder, file), "utf8")]),
);
const conversions = [...manifests].map(([file, yaml]) => ({ file, yaml, ...convert(yaml) }));
const converted = conversions.flatMap(({ file, yaml, program }) =>
	program === undefined ? [] : [{ file, yaml, program }],
);
const programs = new Map(converted.map(({ file, program }) => [file, program]));

describe.skipIf(folder === undefined)("manifests of Chaos Mesh", () => {
	it("are converted, or refused with a reason each", () => {
		const refused = conversions.filter(({ program }) => program === undefined);
		const reasons = refused.map(
			({ file, findings }) => `${file}\n${findings.map((one) => `  ${line(one)}\n`).join("")}`,
		);
		console.info(`${converted.length} of ${manifests.size} converted; refused:\n${reasons.join("")}`);
		expect(converted.length).toBeGreaterThan(0);
		for (const { findings } of refused) expect(findings.map(({ level }) => level)).toContain("error");
	});

	it("become programs that compile, and that a formatter leaves as they are", () => {
		expect(compile(programs)).toEqual([]);
		expect(misformatted(programs)).toEqual([]);
	}, 120_000);

	it.each(converted)("$file declares in Pulumi what it declared in the cluster", async ({ yaml, program }) => {
		expect(await registered(program)).toEqual(declared(yaml));
	});
});
