import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { podRules } from "../../tools/lib/pod-network.ts";
import { eventually, networkChaos, runningPods } from "../support/kubernetes.ts";
import { controllerProcesses, daemonProcesses, kill9 } from "../support/processes.ts";
import { partition, sampleNamespace } from "../support/sample.ts";
import { tablesLeft } from "../support/tables.ts";

const name = "killed";
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

// The controller of the test before may still be on its way back.
beforeEach(() =>
	eventually("a controller answers", () => networkChaos.admits(sampleNamespace, partition("front", "back")), 120),
);

afterEach(async () => {
	if (await networkChaos.read(sampleNamespace, name)) await networkChaos.delete(sampleNamespace, name);
	expect(tablesLeft()).toEqual([]);
});

describe("a daemon that is killed while the fault is in place", () => {
	it("leaves the fault in place, takes it over when it is back, and recovers it", async () => {
		const [pod] = await runningPods(sampleNamespace, "app=front");
		const uid = pod?.metadata?.uid ?? "";
		await networkChaos.create(sampleNamespace, name, partition("front", "back"));
		await networkChaos.condition(sampleNamespace, name, "AllInjected", "True");
		const rules = podRules(uid);
		expect(rules).toContain("drop");

		const killed = daemonProcesses();
		kill9(killed);
		expect(podRules(uid)).toBe(rules);
		await eventually("another daemon runs", () => daemonProcesses().some((pid) => !killed.includes(pid)));
		await pause(3000);
		expect(podRules(uid)).toBe(rules);
		await networkChaos.condition(sampleNamespace, name, "AllInjected", "True");

		await networkChaos.delete(sampleNamespace, name);
		expect(podRules(uid)).not.toContain("drop");
	});
});

describe.each([0, 30, 100, 300])("a controller that is killed %d ms after the start of a step", (delay) => {
	it("goes on with inject where it was", async () => {
		await networkChaos.create(sampleNamespace, name, partition("front", "back"));
		await pause(delay);
		kill9(controllerProcesses());
		const { status } = await networkChaos.condition(sampleNamespace, name, "AllInjected", "True");
		for (const record of status?.experiment.containerRecords ?? []) {
			expect(podRules(record.podUid)).toContain("drop");
		}
	});

	it("goes on with recover where it was", async () => {
		await networkChaos.create(sampleNamespace, name, partition("front", "back"));
		await networkChaos.condition(sampleNamespace, name, "AllInjected", "True");
		await networkChaos.startDeleting(sampleNamespace, name);
		await pause(delay);
		kill9(controllerProcesses());
		await eventually("the experiment is gone", async () => (await networkChaos.all()).length === 0);
		expect(tablesLeft()).toEqual([]);
	});
});
