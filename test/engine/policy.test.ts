import { chmodSync, cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { root } from "../../tools/lib/paths.ts";
import type { ApiServerDouble } from "../support/api-server-double.ts";
import { EngineStage } from "../support/engine-stage.ts";
import { programFolder } from "../support/sample.ts";
import type { Stack } from "../support/stack.ts";

const program = `import { NetworkChaos, StressChaos } from "pulumi-chaos";

const front = { selector: { namespaces: ["shop"], labelSelectors: { app: "front" } } };
const slow = new NetworkChaos("slow", { ...front, mode: "all", action: "delay", delay: { latency: "1s" }, duration: "1h" });
new StressChaos("busy", {
	mode: "fixed-percent",
	value: "50",
	selector: { namespaces: ["shop"], labelSelectors: { app: "front", track: "canary" } },
	stressors: { cpu: { workers: 1 } },
	duration: "5m",
	ownerTeam: "checkout",
});
new NetworkChaos("lossy", { ...front, mode: "fixed-percent", value: "10", action: "loss", loss: { loss: "5" }, duration: "5m", reason: slow.uid });
`;

let stage: EngineStage;
let server: ApiServerDouble;
let stack: Stack;
let folder: string;
/** Starts the pack as the language host of a whole Pulumi CLI does; that of the bare machine is too old to start any. */
let pack: string;

beforeAll(async () => {
	folder = mkdtempSync(join(root, ".policed-"));
	cpSync(programFolder("experiments"), folder, { recursive: true });
	writeFileSync(join(folder, "index.ts"), program);
	pack = join(folder, "pack");
	const runner = join(root, "node_modules/@pulumi/pulumi/cmd/run-policy-pack");
	writeFileSync(pack, `#!/bin/sh\ncd '${join(root, "policy")}' && exec node '${runner}' "$1" .\n`);
	chmodSync(pack, 0o755);
	stage = await EngineStage.start(folder, { name: "policed" });
	({ server, stack } = stage);
});

afterAll(async () => {
	await stage.end();
	rmSync(folder, { recursive: true, force: true });
});

/** Options of the CLI that have the pack run with this configuration. */
function policed(config: object): string[] {
	const file = join(folder, "policy.json");
	writeFileSync(file, JSON.stringify(config));
	return ["--policy-pack", pack, "--policy-pack-config", file];
}

const advisory = { "faults-together": "advisory", "one-fault-on-a-pod": "advisory" };

it("refuses at preview what is more than the pack's guard rails", async () => {
	const rails = { maxDuration: "15m", kinds: ["NetworkChaos"], requireOwner: true };
	const { status, output } = await stack.run("preview", ...policed({ ...advisory, "guard-rails": rails }));
	expect(status).not.toBe(0);
	// What is said of an experiment with a value that is not known yet is said by the engine.
	expect(output).toMatch(/NetworkChaos: lossy.*\n.*can't run policy .* during preview/);
	for (const sentence of [
		'duration: "1h" is longer than "15m"; use at most "15m" (maxDuration of the policy pack\'s configuration)',
		'kind: "StressChaos" is not allowed here; use "NetworkChaos" (kinds of the policy pack\'s configuration)',
		"ownerTeam: missing; write the name of the team that answers for the experiment",
	]) {
		expect(output).toContain(sentence);
	}
	expect(server.cluster.objects.size).toBe(0);
});

it("refuses what a stack does to the same pods all together", async () => {
	const { status, output } = await stack.run("preview", ...policed({}));
	expect(status).not.toBe(0);
	expect(output).toContain(
		'110 % of app=front in "shop" would be hit by all faults together (NetworkChaos "lossy" 10 %, NetworkChaos "slow" 100 %), more than 100 %',
	);
	expect(output).toContain('StressChaos "busy" and NetworkChaos "slow" can hit the same pods (app=front');
	expect(server.cluster.objects.size).toBe(0);
});

it("lets through what is within all of it", async () => {
	const config = {
		"guard-rails": { maxDuration: "1h", namespaces: ["shop"] },
		"faults-together": { enforcementLevel: "mandatory", maxShare: 110 },
		"one-fault-on-a-pod": "disabled",
	};
	await stack.ok("up", ...policed(config));
	expect(server.cluster.objects.size).toBe(3);
	await stack.ok("up", "--expect-no-changes", ...policed(config));
	await stack.ok("destroy");
});

it("refuses a configuration that is wrong", async () => {
	const { status, output } = await stack.run("preview", ...policed({ "guard-rails": { maxShare: 101 } }));
	expect(status).not.toBe(0);
	expect(output).toMatch(/maxShare/);
});
