import { AppsV1Api, PatchStrategy, setHeaderOptions, type V1Pod } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Experiment } from "../../api/experiment.ts";
import { pauseAnnotation, reasonAnnotation, systemLabel } from "../../api/names.ts";
import { flushPodRules, podRules } from "../../tools/lib/pod-network.ts";
import { heavy } from "../support/heavy.ts";
import { clients, eventually, networkChaos, runningPods } from "../support/kubernetes.ts";
import { experimentsStack, partition, sampleNamespace, systemNamespace } from "../support/sample.ts";
import type { Stack } from "../support/stack.ts";
import { tablesLeft } from "../support/tables.ts";

let stack: Stack;

const merge = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

/** The only experiment in the cluster. */
async function only(): Promise<Experiment> {
	const [experiment, ...others] = await networkChaos.all();
	if (!experiment || others.length > 0) throw new Error(`there is not one experiment but ${others.length + 1}`);
	return experiment;
}

/** Name of the only experiment in the cluster. */
const onlyExperiment = async (): Promise<string> => (await only()).metadata.name;

const fronts = (): Promise<V1Pod[]> => runningPods(sampleNamespace, "app=front");
const isCut = ({ metadata }: V1Pod): boolean => podRules(metadata?.uid ?? "").includes("drop");

/** Expects refresh to say a drift in these words, once, and `up` to put it right. */
async function expectSaidOnceAndPutRight(words: RegExp): Promise<void> {
	const { output } = await stack.ok("refresh", "--diff");
	expect(output.replaceAll(/\s+/g, " ")).toMatch(words);
	await stack.ok("refresh", "--expect-no-changes");
	await stack.ok("up");
	expect((await fronts()).every(isCut)).toBe(true);
	await stack.ok("refresh", "--expect-no-changes");
	await stack.ok("up", "--expect-no-changes");
}

beforeAll(async () => {
	stack = await experimentsStack("drift", { cut: { ...partition("front", "back"), reason: "game day" } });
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

describe("an experiment that somebody paused", () => {
	heavy("is told by its annotation, and goes on with up", async () => {
		const name = await onlyExperiment();
		await networkChaos.annotate(sampleNamespace, name, { [pauseAnnotation]: "true" });
		await networkChaos.condition(sampleNamespace, name, "AllRecovered", "True");
		expect(tablesLeft()).toEqual([]);
		await expectSaidOnceAndPutRight(
			/is not "Injected" but "Paused": somebody has paused it, by setting the annotation experiment\.chaos-mesh\.org\/pause; "pulumi up" takes it off/,
		);
	});
});

describe("an object that somebody edited", () => {
	heavy("is told by its annotation, which up puts back", async () => {
		await networkChaos.annotate(sampleNamespace, await onlyExperiment(), { [reasonAnnotation]: "mine" });
		await expectSaidOnceAndPutRight(
			/is not "Injected" but "Edited": somebody has edited it: annotation pulumi-chaos\.io\/reason is "mine" and should be "game day"; "pulumi up" puts it back/,
		);
		expect((await only()).metadata.annotations?.[reasonAnnotation]).toBe("game day");
	});

	heavy("is told by its spec, which only another object of its name can have, and made anew", async () => {
		const name = await onlyExperiment();
		await expect(networkChaos.edit(sampleNamespace, name, { mode: "one" })).rejects.toThrow(/422/);
		await networkChaos.replace(sampleNamespace, name, { mode: "one" });
		await networkChaos.condition(sampleNamespace, name, "AllInjected", "True");
		expect((await fronts()).filter(isCut)).toHaveLength(1);
		await expectSaidOnceAndPutRight(
			/is not "Injected" but "Edited": somebody has edited it: mode is "one" and should be "all"; "pulumi up" makes it anew, as it was declared/,
		);
	});
});

describe("a target that was replaced", () => {
	heavy("is told with the pod that has come in its place and is not hit, and up hits that", async () => {
		const name = await onlyExperiment();
		const before = await fronts();
		const gone = before[0]?.metadata?.name ?? "";
		await clients().core.deleteNamespacedPod({ namespace: sampleNamespace, name: gone });
		await networkChaos.condition(sampleNamespace, name, "TargetGone", "True");
		const fresh = await eventually("another pod runs in its place", async () => {
			const now = await fronts();
			const fresh = now.find(({ metadata }) => !before.some((pod) => pod.metadata?.uid === metadata?.uid));
			return now.length === before.length && fresh;
		});
		expect(isCut(fresh)).toBe(false);
		const [old, now] = [gone, fresh.metadata?.name].map((pod) => `${sampleNamespace}/${pod}`);
		await expectSaidOnceAndPutRight(
			new RegExp(
				`is not "Injected" but "Target gone": ${old}: the pod (?:does not exist any more|has ended \\(\\w+\\)); ${now} has come since and is not hit; "pulumi up" makes it anew`,
			),
		);
		expect(isCut(fresh)).toBe(true);
	});
});

describe("a fault that does not go", () => {
	const daemons = { name: "pulumi-chaos-daemon", namespace: systemNamespace };

	/** Lets daemons run only where a node has this label; null: everywhere. */
	async function onlyOn(label: "true" | null): Promise<void> {
		const { config, core } = clients();
		const body = { spec: { template: { spec: { nodeSelector: { "drift.test/daemon": label } } } } };
		await config.makeApiClient(AppsV1Api).patchNamespacedDaemonSet({ ...daemons, body }, merge);
		await eventually("the daemons that are wanted", async () => {
			const { items } = await core.listNamespacedPod({
				namespace: systemNamespace,
				labelSelector: `${systemLabel}=daemon`,
			});
			const ready = items.filter(({ status }) => status?.containerStatuses?.every((one) => one.ready));
			return label === null ? ready.length > 0 && ready.length === items.length : items.length === 0;
		});
	}

	it("is told by its targets while it is left there, and put right when it is gone", async () => {
		const name = await onlyExperiment();
		try {
			await onlyOn("true");
			await networkChaos.annotate(sampleNamespace, name, { [pauseAnnotation]: "true" });
			await networkChaos.condition(sampleNamespace, name, "Unrecoverable", "True");
			expect((await fronts()).every(isCut)).toBe(true);
			const refresh = await stack.ok("refresh");
			expect(refresh.output.replaceAll(/\s+/g, " ")).toMatch(
				/is not "Injected" but "Unrecoverable": recovery keeps failing on shop\/.*"pulumi up" fails until that has succeeded/,
			);
			await stack.ok("refresh", "--expect-no-changes");
		} finally {
			await onlyOn(null);
		}
		await networkChaos.condition(sampleNamespace, name, "AllRecovered", "True");
		await expectSaidOnceAndPutRight(/is not "Injected" but "Paused"/);
	});
});

describe("a duration that is over", () => {
	it("is no drift", async () => {
		const short = await experimentsStack("expired", { brief: { ...partition("back", "store"), duration: "20s" } });
		try {
			await short.ok("up");
			const brief = (await networkChaos.all()).find(({ metadata }) => metadata.name.startsWith("brief"))?.metadata.name;
			await networkChaos.condition(sampleNamespace, brief ?? "", "Expired", "True");
			await short.ok("refresh", "--expect-no-changes");
			await short.ok("up", "--expect-no-changes");
		} finally {
			await short.ok("destroy");
			short.dispose();
		}
	});
});

describe("an experiment that somebody deleted", () => {
	it("is told by refresh and created anew by up", async () => {
		await networkChaos.startDeleting(sampleNamespace, await onlyExperiment());
		const refresh = await stack.ok("refresh");
		expect(refresh.output).toMatch(/1 deleted/);
		expect(refresh.output).toContain("somebody deleted it, and with it the fault was recovered");
		await stack.ok("refresh", "--expect-no-changes");
		expect(tablesLeft()).toEqual([]);

		await stack.ok("up");
		await networkChaos.condition(sampleNamespace, await onlyExperiment(), "AllInjected", "True");
		await stack.ok("up", "--expect-no-changes");
	});
});
