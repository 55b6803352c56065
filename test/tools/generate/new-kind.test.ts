import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../../../tools/lib/paths.ts";

const spec = `import type { ObjectField } from "../../api/field.ts";
import { common, commonRules, type FaultKind } from "../../api/kind.ts";

const spec = {
	type: "object",
	required: true,
	description: "How loud.",
	fields: { ...common, volume: { type: "integer", required: true, description: "Decibels.", minimum: 0 } },
	rules: commonRules,
} as const satisfies ObjectField;

/** NoiseChaos: a toy. */
export const noiseChaos = {
	kind: "NoiseChaos",
	plural: "noisechaos",
	description: "Noise.",
	spec,
	traits: { targets: "pod", where: "node", oneShot: false },
} as const satisfies FaultKind;
`;

const reference = `/** Of a toy. */
export const reference = [
	{
		done: "Noise is made.",
		undone: "Silence.",
		needs: "Ears.",
		example: { name: "alarm", spec: { mode: "all", selector: {}, volume: 90 } },
	},
];
`;

it("a new kind takes its folder, a line in the registry, and one command", () => {
	const copy = mkdtempSync(join(tmpdir(), "pulumi-chaos-new-kind-"));
	try {
		for (const path of [
			"api",
			"faults",
			"orchestration",
			"provider",
			"tools",
			"crds",
			"docs",
			"biome.json",
			".gitignore",
			"package.json",
		]) {
			cpSync(join(root, path), join(copy, path), { recursive: true });
		}
		symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
		mkdirSync(join(copy, "faults/noise"));
		writeFileSync(join(copy, "faults/noise/spec.ts"), spec);
		writeFileSync(join(copy, "faults/noise/reference.ts"), reference);
		const registry = readFileSync(join(copy, "faults/registry.ts"), "utf8");
		const line = `NoiseChaos: { kind: noiseChaos, plan: async () => () => [], reference: async () => (await import("./noise/reference.ts")).reference },`;
		writeFileSync(
			join(copy, "faults/registry.ts"),
			`import { noiseChaos } from "./noise/spec.ts";\n${registry.replace(/(export const faults.*= \{)/, `$1\n\t${line}`)}`,
		);
		const made = [
			"crds/noisechaos.yaml",
			"crds/schedules.yaml",
			"crds/workflows.yaml",
			"docs/faults/README.md",
			"docs/faults/noise-chaos.md",
			"provider/resources/index.ts",
			"provider/resources/noise-chaos.ts",
			"provider/resources/schedule.ts",
			"provider/resources/workflow.ts",
		];
		expect(said(copy, "--check")).toContain('crds/noisechaos.yaml is missing; run "npm run generate"');
		expect(said(copy)).toEqual(made.map((path) => `wrote ${path}`));
		expect(said(copy, "--check")).toEqual([]);
		expect(readFileSync(join(copy, "docs/faults/noise-chaos.md"), "utf8")).toContain('new NoiseChaos("alarm"');

		writeFileSync(join(copy, "faults/registry.ts"), registry);
		expect(said(copy).filter((line) => line.startsWith("removed"))).toEqual([
			"removed crds/noisechaos.yaml",
			"removed docs/faults/noise-chaos.md",
			"removed provider/resources/noise-chaos.ts",
		]);
	} finally {
		rmSync(copy, { recursive: true, force: true });
	}
});

/** What the generator of a copy of the repository prints, one path a line, in the order of the paths. */
function said(copy: string, ...more: string[]): string[] {
	const { stdout, stderr } = spawnSync(process.execPath, [join(copy, "tools/generate/main.ts"), ...more], {
		encoding: "utf8",
	});
	const lines = `${stdout}${stderr}`.split("\n").filter((line) => line !== "");
	return lines.sort();
}
