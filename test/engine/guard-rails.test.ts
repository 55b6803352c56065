import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { root } from "../../tools/lib/paths.ts";
import type { ApiServerDouble } from "../support/api-server-double.ts";
import { EngineStage } from "../support/engine-stage.ts";
import { heavy } from "../support/heavy.ts";
import type { Stack } from "../support/stack.ts";

let stage: EngineStage;
let server: ApiServerDouble;
let stack: Stack;

beforeEach(async () => {
	stage = await EngineStage.start(join(root, "examples/quickstart"));
	({ server, stack } = stage);
});

afterEach(() => stage.end());

it("those of the stack's configuration fail its preview, and bind nothing that is there", async () => {
	const limit = (path: string, value: string) => stack.configure(`pulumi-chaos:guardRails.${path}`, value, "--path");
	await limit("maxDuration", "1m");
	const refused = await stack.run("preview");
	expect(refused.status).not.toBe(0);
	expect(refused.output).toContain('longer than "1m"; use at most "1m" (maxDuration of this stack\'s configuration)');

	await limit("maxDuration", "1h");
	await stack.ok("up");
	const experiments = (await stack.resources()).filter(({ type }) => type.endsWith(":NetworkChaos"));
	expect(experiments).toHaveLength(1);
	expect(JSON.stringify(experiments)).not.toContain("maxDuration");
	await limit("kinds[0]", "StressChaos");
	await stack.ok("up", "--expect-no-changes");
	await stack.ok("refresh", "--expect-no-changes");
	await stack.ok("destroy");
});

heavy("a stack for one environment creates nothing in the cluster of another", async () => {
	server.cluster.rails = [{ metadata: { name: "production", uid: "1" }, spec: { environment: "prod" } }];
	await stack.configure("pulumi-chaos:environment", "dev");
	const refused = await stack.run("up");
	expect(refused.status).not.toBe(0);
	expect(refused.output).toMatch(/this stack is for the environment "dev" .* is "prod" \(GuardRails "production"\)/);
	expect(server.cluster.objects.size).toBe(0);

	await stack.configure("pulumi-chaos:environment", "prod");
	await stack.ok("up");
	expect(server.cluster.objects.size).toBe(1);
	await stack.ok("up", "--expect-no-changes");
	await stack.ok("destroy");
});
