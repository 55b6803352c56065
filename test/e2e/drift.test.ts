import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { flushPodRules, podRules } from "../../tools/lib/pod-network.ts";
import { networkChaos, runningPods } from "../support/kubernetes.ts";
import { experimentsStack, partition, sampleNamespace } from "../support/sample.ts";
import type { Stack } from "../support/stack.ts";
import { tablesLeft } from "../support/tables.ts";

let stack: Stack;

/** Name of the only experiment in the cluster. */
async function onlyExperiment(): Promise<string> {
	const [experiment, ...others] = await networkChaos.all();
	expect(others).toEqual([]);
	return experiment?.metadata.name ?? "";
}

beforeAll(async () => {
	stack = await experimentsStack("drift", { cut: partition("front", "back") });
	await stack.ok("up");
});

afterAll(async () => {
	await stack.ok("destroy");
	stack.dispose();
	expect(tablesLeft()).toEqual([]);
});

describe("an experiment that nobody touched", () => {
	it("is quiet", async () => {
		await stack.ok("refresh", "--expect-no-changes");
		await stack.ok("up", "--expect-no-changes");
	});
});

describe("rules that somebody flushed", () => {
	it("are noticed by the controller itself, told by refresh in words, and put back by up", async () => {
		const [front] = await runningPods(sampleNamespace, "app=front");
		const uid = front?.metadata?.uid ?? "";
		flushPodRules(uid);
		await networkChaos.condition(sampleNamespace, await onlyExperiment(), "FaultLost", "True");

		const refresh = await stack.ok("refresh", "--diff");
		expect(refresh.output).toMatch(/phase\s*:\s*"Injected"\s*=>\s*"Lost"/);
		expect(refresh.output).toContain(`${sampleNamespace}/${front?.metadata?.name}`);
		await stack.ok("refresh", "--expect-no-changes");
		expect(podRules(uid)).not.toContain("drop");

		await stack.ok("up");
		expect(podRules(uid)).toContain("drop");
		await stack.ok("refresh", "--expect-no-changes");
		await stack.ok("up", "--expect-no-changes");
	});
});

describe("an experiment that somebody deleted", () => {
	it("is told by refresh and created anew by up", async () => {
		await networkChaos.startDeleting(sampleNamespace, await onlyExperiment());
		const refresh = await stack.ok("refresh");
		expect(refresh.output).toMatch(/1 deleted/);
		await stack.ok("refresh", "--expect-no-changes");
		expect(tablesLeft()).toEqual([]);

		await stack.ok("up");
		await networkChaos.condition(sampleNamespace, await onlyExperiment(), "AllInjected", "True");
		await stack.ok("up", "--expect-no-changes");
	});
});
