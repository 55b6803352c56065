import { afterEach, expect, it } from "vitest";
import { podRuleHandles } from "../../tools/lib/pod-network.ts";
import { networkChaos, runningPods } from "../support/kubernetes.ts";
import { experimentsStack, partition, sampleNamespace } from "../support/sample.ts";
import { tablesLeft } from "../support/tables.ts";

const name = "front-loses-back";
const spec = partition("front", "back");

/** Rules of the pods of both sides with the handles that the kernel gave them, by name. */
async function handles(): Promise<Record<string, string>> {
	const pods = await runningPods(sampleNamespace, "app in (front, back)");
	return Object.fromEntries(pods.map(({ metadata }) => [metadata?.name, podRuleHandles(metadata?.uid ?? "")]));
}

/** How often each target was hit. */
async function counts(): Promise<(number | undefined)[]> {
	const records = (await networkChaos.read(sampleNamespace, name))?.status?.experiment.containerRecords ?? [];
	return records.map(({ injectedCount }) => injectedCount);
}

afterEach(async () => {
	if (await networkChaos.read(sampleNamespace, name)) await networkChaos.delete(sampleNamespace, name);
});

it("up takes over what kubectl made without touching a rule, and destroy takes it out", async () => {
	await networkChaos.create(sampleNamespace, name, spec);
	await networkChaos.condition(sampleNamespace, name, "AllInjected", "True");
	const before = await handles();
	for (const rules of Object.values(before)) expect(rules).toContain("drop");
	const stack = await experimentsStack("adopt", { [name]: { ...spec, adopt: true } });
	try {
		await stack.ok("up");
		expect(await handles()).toEqual(before);
		expect(new Set(await counts())).toEqual(new Set([1]));
		await stack.ok("refresh", "--expect-no-changes");
		await stack.ok("up", "--expect-no-changes");
		await stack.ok("destroy");
	} finally {
		stack.dispose();
	}
	expect(await networkChaos.read(sampleNamespace, name)).toBeUndefined();
	expect(tablesLeft()).toEqual([]);
});
