import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ToyTree } from "../../support/toy-tree.ts";

const generate = "tools/generate/main.ts";

it("a new kind takes its folder, a line in the registry, and one command", () => {
	const tree = ToyTree.plant();
	const said = (): string[] => tree.run(generate).split("\n").filter(Boolean).sort();
	try {
		expect(() => tree.run(generate, "--check")).toThrow('crds/toychaos.yaml is missing; run "npm run generate"');
		expect(said()).toEqual(
			[
				"crds/schedules.yaml",
				"crds/toychaos.yaml",
				"crds/workflows.yaml",
				"docs/faults/README.md",
				"docs/faults/toy-chaos.md",
				"provider/resources/index.ts",
				"provider/resources/schedule.ts",
				"provider/resources/toy-chaos.ts",
				"provider/resources/workflow.ts",
			].map((path) => `wrote ${path}`),
		);
		expect(tree.run(generate, "--check")).toBe("");
		expect(readFileSync(join(tree.folder, "docs/faults/toy-chaos.md"), "utf8")).toContain('new ToyChaos("note"');

		tree.forget();
		expect(said().filter((line) => line.startsWith("removed"))).toEqual([
			"removed crds/toychaos.yaml",
			"removed docs/faults/toy-chaos.md",
			"removed provider/resources/toy-chaos.ts",
		]);
	} finally {
		tree.remove();
	}
});
