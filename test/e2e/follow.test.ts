import { AppsV1Api, PatchStrategy, setHeaderOptions, type V1Pod } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { followAnnotation } from "../../api/names.ts";
import { podRules } from "../../tools/lib/pod-network.ts";
import { clients, eventually, networkChaos, runningPods } from "../support/kubernetes.ts";
import { experimentsStack, measure, partition, sampleNamespace } from "../support/sample.ts";
import type { Stack } from "../support/stack.ts";
import { tablesLeft } from "../support/tables.ts";

const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
const replicas = 3;
let stack: Stack;

const nameOf = (pod: V1Pod | undefined): string => pod?.metadata?.name ?? "";
const fronts = (): Promise<V1Pod[]> => runningPods(sampleNamespace, "app=front");

async function scale(count: number): Promise<void> {
	const api = clients().config.makeApiClient(AppsV1Api);
	const body = { spec: { replicas: count } };
	await api.patchNamespacedDeploymentScale({ name: "front", namespace: sampleNamespace, body }, merge);
	await eventually(`there are ${count} fronts`, async () => (await fronts()).length === count);
}

/** Waits until exactly these pods are the targets on the side of the fronts, and the fault is in place on all. */
async function targetsAre(wanted: () => Promise<V1Pod[]>): Promise<void> {
	await eventually("the fault is where the selector is", async () => {
		const [experiment] = await networkChaos.all();
		const records = experiment?.status?.experiment.containerRecords ?? [];
		const targets = records.filter(({ selectorKey }) => selectorKey === ".").map(({ id }) => id);
		const names = (await wanted()).map((pod) => `${sampleNamespace}/${nameOf(pod)}`);
		return targets.sort().join() === names.sort().join() && records.every(({ phase }) => phase === "Injected");
	});
}

/** Whether a pod, asked from inside, reaches none of the backs, or each of them. */
async function reachesBack(pod: string): Promise<"none" | "all" | "some"> {
	const report = (await measure()).find((one) => one.pod === pod);
	const attempts = report?.reached.filter(({ role }) => role === "back") ?? [];
	expect(attempts.length).toBeGreaterThan(0);
	if (attempts.every(({ ok }) => ok)) return "all";
	return attempts.some(({ ok }) => ok) ? "some" : "none";
}

/** Expects neither refresh nor up to find anything to do, and refresh to know the targets. */
async function expectQuiet(): Promise<void> {
	await stack.ok("refresh", "--expect-no-changes");
	const [experiment] = await networkChaos.all();
	const records = experiment?.status?.experiment.containerRecords ?? [];
	const resource = (await stack.resources()).find(({ type }) => type.endsWith(":NetworkChaos"));
	expect(resource?.outputs).toMatchObject({ phase: "Injected", targets: records.map(({ id }) => id).sort() });
	await stack.ok("up", "--expect-no-changes");
}

beforeAll(async () => {
	stack = await experimentsStack("follow", { cut: { ...partition("front", "back"), follow: true } });
	await stack.ok("up");
});

afterAll(async () => {
	await stack.ok("destroy");
	stack.dispose();
	await scale(replicas);
	expect(tablesLeft()).toEqual([]);
});

describe("an experiment that follows its selector", () => {
	it("hits a pod that comes later, seen from inside that pod, and is quiet about it", async () => {
		const before = (await fronts()).map(nameOf);
		expect(before).toHaveLength(replicas);
		await targetsAre(fronts);
		await scale(replicas + 1);
		await targetsAre(fronts);
		const fresh = (await fronts()).map(nameOf).find((name) => !before.includes(name)) ?? "";
		expect(await reachesBack(fresh)).toBe("none");
		expect(await reachesBack(before[0] ?? "")).toBe("none");
		await expectQuiet();
	});

	it("frees a pod that loses its label, and hits the one that its Deployment makes in its place", async () => {
		const [pod] = await fronts();
		const body = { metadata: { labels: { app: "loose" } } };
		await clients().core.patchNamespacedPod({ name: nameOf(pod), namespace: sampleNamespace, body }, merge);
		try {
			await eventually("another takes its place", async () => (await fronts()).length === replicas + 1);
			await targetsAre(fronts);
			expect(podRules(pod?.metadata?.uid ?? "")).not.toContain("drop");
			expect(await reachesBack(nameOf(pod))).toBe("all");
			await expectQuiet();
		} finally {
			await clients().core.deleteNamespacedPod({ name: nameOf(pod), namespace: sampleNamespace });
		}
	});

	it("forgets pods that are scaled away, and is quiet about it", async () => {
		await scale(replicas - 1);
		await targetsAre(fronts);
		await expectQuiet();
		const [experiment] = await networkChaos.all();
		expect(experiment?.status?.conditions?.find(({ type }) => type === "TargetGone")).toBeUndefined();
	});

	it("tells somebody who takes the annotation off, and up puts it back", async () => {
		const [experiment] = await networkChaos.all();
		await networkChaos.annotate(sampleNamespace, experiment?.metadata.name ?? "", { [followAnnotation]: null });
		const { output } = await stack.ok("refresh");
		expect(output.replaceAll(/\s+/g, " ")).toContain(
			'"Edited": somebody has edited it: annotation pulumi-chaos.io/follow is absent and should be "true"; "pulumi up" puts it back',
		);
		await stack.ok("up");
		await scale(replicas);
		await targetsAre(fronts);
		await expectQuiet();
	});
});
