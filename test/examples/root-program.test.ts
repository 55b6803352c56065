import { beforeAll, expect, inject, it } from "vitest";
import { root } from "../../tools/lib/paths.ts";
import { heavy } from "../support/heavy.ts";
import { networkChaos } from "../support/kubernetes.ts";
import { environment } from "../support/root-program.ts";
import { Stack } from "../support/stack.ts";
import { tablesLeft } from "../support/tables.ts";
import { hit } from "./example.ts";

let program: Stack;

beforeAll(async () => {
	program = await Stack.open(root, "dev", inject("rootProgram"));
});

/** Expects that the attack of an environment hits so many pods of each role, for as long as that environment says. */
async function expectHits(name: string, expected: { front: number; back: number }): Promise<void> {
	const settings = { ...environment(name), "pulumi-chaos:attack": "true" };
	for (const [key, value] of Object.entries(settings)) await program.configure(key, String(value));
	await program.ok("up");
	expect({ front: await hit("front"), back: await hit("back") }).toEqual(expected);
	const [experiment] = await networkChaos.all();
	expect(experiment?.spec.duration).toBe(environment(name)["pulumi-chaos:duration"]);
	await program.ok("up", "--expect-no-changes");
}

it("hits in dev as many pods as that environment allows", () => expectHits("dev", { front: 3, back: 3 }));
heavy("hits in staging as many as it allows", () => expectHits("staging", { front: 1, back: 3 }));
heavy("hits in prod as many as it allows", () => expectHits("prod", { front: 1, back: 3 }));

it("ends the attack and keeps the system when it is told so", async () => {
	await program.configure("pulumi-chaos:attack", "false");
	await program.ok("up");
	expect(await networkChaos.all()).toEqual([]);
	expect(tablesLeft()).toEqual([]);
});
