import { afterEach, expect, it } from "vitest";
import type { NetworkChaosSpec } from "../../faults/network/spec.ts";
import { shapersOf } from "../../tools/lib/pod-network.ts";
import { networkChaos, runningPods } from "../support/kubernetes.ts";
import { blocked, nothingBetween } from "../support/pairs.ts";
import { measure, partition, sampleNamespace } from "../support/sample.ts";
import { tablesLeft } from "../support/tables.ts";

const name = "shaping";

async function shapers(): Promise<string[]> {
	const pods = await runningPods(sampleNamespace, "app");
	return pods.flatMap(({ metadata }) => shapersOf(metadata?.uid ?? ""));
}

afterEach(async () => {
	if (await networkChaos.read(sampleNamespace, name)) await networkChaos.delete(sampleNamespace, name);
	expect(tablesLeft()).toEqual([]);
	expect(await shapers()).toEqual([]);
});

/** What the other tests do between two roles, done by shaping packets. */
function shaping(what: object): NetworkChaosSpec {
	return { ...partition("front", "back", "to"), ...what } as NetworkChaosSpec;
}

it("a bucket that no packet fits into stops all packets between two roles, by pod and through Services", async () => {
	const bandwidth = { rate: "1kbit", limit: 1000, buffer: 40 };
	await networkChaos.create(sampleNamespace, name, shaping({ action: "bandwidth", bandwidth }));
	await networkChaos.condition(sampleNamespace, name, "AllInjected", "True");
	expect(blocked(await measure())).toEqual(nothingBetween("front", "back"));
	expect((await shapers()).join("\n")).toContain("tbf");
	await networkChaos.delete(sampleNamespace, name);
	expect(blocked(await measure())).toEqual({});
});

it.each([
	["loss", "from", { loss: { loss: "100" } }],
	["corrupt", "both", { corrupt: { corrupt: "100" } }],
] as const)(
	"%s of all packets, %s: nothing passes between two roles, by pod and through Services",
	async (action, direction, what) => {
		await networkChaos.create(sampleNamespace, name, shaping({ action, direction, ...what }));
		await networkChaos.condition(sampleNamespace, name, "AllInjected", "True");
		expect(blocked(await measure())).toEqual(nothingBetween("front", "back"));
		await networkChaos.delete(sampleNamespace, name);
		expect(blocked(await measure())).toEqual({});
	},
);
