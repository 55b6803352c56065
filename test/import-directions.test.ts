import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { expect, test } from "vitest";
import { root } from "../tools/lib/paths.ts";

/** File, what it imports, and whether the linter refuses that. */
const cases: [string, string, "refused" | "allowed"][] = [
	["api/a.ts", "./names.ts", "allowed"],
	["api/b.ts", "../faults/network/spec.ts", "refused"],
	["api/c.ts", "@pulumi/pulumi", "refused"],
	["faults/registry.ts", "./network/spec.ts", "allowed"],
	["faults/a.ts", "../controller/queue.ts", "refused"],
	["faults/network/a.ts", "../../api/names.ts", "allowed"],
	["faults/network/b.ts", "../node/command.ts", "allowed"],
	["faults/network/packets/a.ts", "../../node/command.ts", "allowed"],
	["faults/network/packets/b.ts", "../../io/spec.ts", "refused"],
	["faults/network/packets/c.ts", "../../../api/names.ts", "allowed"],
	["faults/network/packets/d.ts", "../../../controller/queue.ts", "refused"],
	["faults/network/c.ts", "../io/spec.ts", "refused"],
	["faults/network/d.ts", "../../provider/kinds.ts", "refused"],
	["faults/network/e.ts", "@kubernetes/client-node", "refused"],
	["faults/network/spec.ts", "../../api/kind.ts", "allowed"],
	["faults/network/plan.ts", "../node/command.ts", "refused"],
	["faults/network/reference.ts", "../node/command.ts", "refused"],
	["faults/b.ts", "../orchestration/kinds.ts", "refused"],
	["orchestration/a.ts", "../api/kind.ts", "allowed"],
	["orchestration/b.ts", "../faults/registry.ts", "allowed"],
	["orchestration/c.ts", "../faults/pod/spec.ts", "allowed"],
	["orchestration/d.ts", "../faults/pod/plan.ts", "refused"],
	["orchestration/e.ts", "../faults/node/command.ts", "refused"],
	["orchestration/f.ts", "../provider/kinds.ts", "refused"],
	["orchestration/g.ts", "@pulumi/pulumi", "refused"],
	["guard-rails/a.ts", "../api/check.ts", "allowed"],
	["guard-rails/b.ts", "../faults/pod/spec.ts", "refused"],
	["guard-rails/c.ts", "@pulumi/pulumi", "refused"],
	["provider/g.ts", "../guard-rails/judge.ts", "allowed"],
	["components/g.ts", "../guard-rails/spec.ts", "allowed"],
	["controller/g.ts", "../guard-rails/judge.ts", "allowed"],
	["daemon/g.ts", "../guard-rails/judge.ts", "refused"],
	["cli/g.ts", "../guard-rails/judge.ts", "refused"],
	["orchestration/h.ts", "../guard-rails/judge.ts", "refused"],
	["faults/g.ts", "../guard-rails/judge.ts", "refused"],
	["provider/o.ts", "../orchestration/kinds.ts", "allowed"],
	["components/o.ts", "../orchestration/kinds.ts", "allowed"],
	["controller/o.ts", "../orchestration/kinds.ts", "allowed"],
	["daemon/o.ts", "../orchestration/kinds.ts", "refused"],
	["selection/a.ts", "../api/names.ts", "allowed"],
	["selection/b.ts", "../controller/queue.ts", "refused"],
	["selection/c.ts", "@kubernetes/client-node", "refused"],
	["provider/lifecycle/s.ts", "../../selection/choose.ts", "allowed"],
	["controller/s.ts", "../selection/choose.ts", "allowed"],
	["daemon/s.ts", "../selection/choose.ts", "refused"],
	["faults/s.ts", "../selection/choose.ts", "refused"],
	["orchestration/s.ts", "../selection/choose.ts", "refused"],
	["provider/a.ts", "../api/names.ts", "allowed"],
	["provider/b.ts", "../faults/network/spec.ts", "allowed"],
	["provider/c.ts", "../faults/registry.ts", "refused"],
	["provider/d.ts", "../components/drain.ts", "refused"],
	["provider/e.ts", "@kubernetes/client-node", "refused"],
	["provider/cluster/a.ts", "@kubernetes/client-node", "allowed"],
	["provider/cluster/b.ts", "../../faults/network/plan.ts", "refused"],
	["provider/lifecycle/a.ts", "../../controller/queue.ts", "refused"],
	["components/a.ts", "../provider/program.ts", "allowed"],
	["components/b.ts", "../faults/registry.ts", "allowed"],
	["components/c.ts", "./controller.ts", "allowed"],
	["components/d.ts", "../controller/main.ts", "refused"],
	["components/e.ts", "../faults/network/inject.ts", "refused"],
	["controller/a.ts", "../faults/network/plan.ts", "allowed"],
	["controller/b.ts", "../faults/network/inject.ts", "refused"],
	["controller/c.ts", "../daemon/main.ts", "refused"],
	["controller/d.ts", "@pulumi/pulumi", "refused"],
	["daemon/a.ts", "../faults/network/inject.ts", "allowed"],
	["daemon/b.ts", "../faults/network/plan.ts", "refused"],
	["daemon/c.ts", "../controller/queue.ts", "refused"],
	["cli/a.ts", "../api/kind.ts", "allowed"],
	["cli/b.ts", "../faults/registry.ts", "refused"],
	["cli/o.ts", "../orchestration/kinds.ts", "allowed"],
	["cli/c.ts", "../provider/kinds.ts", "refused"],
	["cli/d.ts", "../faults/network/plan.ts", "refused"],
	["cli/e.ts", "@pulumi/pulumi", "refused"],
	["cli/f.ts", "../game-day/index.ts", "allowed"],
	["game-day/a.ts", "../api/duration.ts", "allowed"],
	["game-day/b.ts", "../provider/cluster/cluster.ts", "allowed"],
	["game-day/c.ts", "@pulumi/pulumi/automation", "allowed"],
	["game-day/d.ts", "./watch.ts", "allowed"],
	["game-day/e.ts", "../controller/conditions.ts", "refused"],
	["game-day/f.ts", "../components/drain.ts", "refused"],
	["provider/j.ts", "../game-day/watch.ts", "refused"],
	["provider/lifecycle/j.ts", "../../game-day/watch.ts", "refused"],
	["components/j.ts", "../game-day/watch.ts", "refused"],
	["controller/j.ts", "../game-day/watch.ts", "refused"],
	["daemon/j.ts", "../game-day/watch.ts", "refused"],
	["api/t.ts", "../tools/lib/paths.ts", "refused"],
	["faults/t.ts", "../tools/lib/paths.ts", "refused"],
	["faults/network/t.ts", "../../tools/lib/paths.ts", "refused"],
	["provider/t.ts", "../tools/lib/paths.ts", "refused"],
	["provider/lifecycle/t.ts", "../../tools/lib/paths.ts", "refused"],
	["components/t.ts", "../tools/lib/paths.ts", "refused"],
	["controller/t.ts", "../tools/lib/paths.ts", "refused"],
	["daemon/t.ts", "../tools/lib/paths.ts", "refused"],
	["cli/t.ts", "../tools/lib/paths.ts", "refused"],
	["game-day/t.ts", "../tools/lib/paths.ts", "refused"],
	["tools/cluster/a.ts", "../lib/run.ts", "allowed"],
	["tools/lib/a.ts", "./run.ts", "allowed"],
	["tools/lib/b.ts", "../../images/sample/report.ts", "allowed"],
	["tools/lib/c.ts", "../cluster/cluster.ts", "refused"],
	["examples/a/index.ts", "pulumi-chaos", "allowed"],
	["examples/b/index.ts", "../../index.ts", "refused"],
	["examples/c/c.test.ts", "pulumi-chaos/game-day", "allowed"],
	["policy/index.ts", "pulumi-chaos/policies", "allowed"],
	["policy/a.ts", "../provider/policies/index.ts", "refused"],
	["program/index.ts", "../provider/resources/network-chaos.ts", "refused"],
];

test("the linter holds the directions of imports between the rooms", () => {
	const folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-lint-"));
	try {
		for (const file of ["biome.json", ".gitignore"]) copyFileSync(join(root, file), join(folder, file));
		for (const [file, imported] of cases) {
			mkdirSync(dirname(join(folder, file)), { recursive: true });
			writeFileSync(join(folder, file), `import { x } from "${imported}";\n\nconsole.log(x);\n`);
		}
		const said = lint(folder);
		const verdicts = cases.map(([file, imported]) => [file, imported, said.includes(file) ? "refused" : "allowed"]);
		expect(verdicts).toEqual(cases);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
});

/** Paths of the files that import what they may not. */
function lint(folder: string): string[] {
	const biome = join(root, "node_modules/@biomejs/biome/bin/biome");
	const options = ["lint", "--only=style/noRestrictedImports", "--reporter=github", "--max-diagnostics=none"];
	try {
		execFileSync(process.execPath, [biome, ...options], { cwd: folder, encoding: "utf8", stdio: "pipe" });
		return [];
	} catch (error) {
		const { stdout } = error as { stdout: string };
		return [...stdout.matchAll(/noRestrictedImports,file=([^,]+),/g)].map(([, file]) => relative(folder, file ?? ""));
	}
}
