import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { daemonPaths } from "../../api/daemon-api.ts";
import { cleanFinalizerAnnotation, finalizer, pauseAnnotation, reinjectAnnotation } from "../../api/names.ts";
import type { Partition } from "../../faults/network/instruction.ts";
import { eventually } from "../support/kubernetes.ts";
import { conditionOf, Stage } from "./stage.ts";

const stage = new Stage();

beforeAll(() => stage.open(2));
afterAll(() => stage.close());
afterEach(({ task }) => {
	if (task.result?.state === "fail") console.error(stage.log.slice(-40).join(""));
});

/** Pods with the label app=<name>, one on each of the nodes. */
async function pods(name: string, nodes: number[] = [1]): Promise<void> {
	for (const [index, node] of nodes.entries()) await stage.runPod(stage.shop, `${name}-${index}`, { app: name }, node);
}

describe("an experiment from its creation to its end", () => {
	it("is injected on every target in one call a node, and recovered before it goes", async () => {
		await pods("whole", [1, 1, 2]);
		await stage.create("whole", { duration: "10m" });
		const { metadata, status } = await stage.until("whole", "AllInjected", "True", "Injected");

		expect(metadata.finalizers).toEqual([finalizer]);
		expect(status?.experiment.desiredPhase).toBe("Run");
		const records = status?.experiment.containerRecords ?? [];
		expect(records.map(({ id, phase, injectedCount, node }) => ({ id, phase, injectedCount, node }))).toEqual(
			["whole-0", "whole-1", "whole-2"].map((pod, index) => ({
				id: `${stage.shop}/${pod}`,
				phase: "Injected",
				injectedCount: 1,
				node: stage.node(index < 2 ? 1 : 2),
			})),
		);
		const calls = (number: number) => {
			const mine = [...stage.daemon(number).held.values()].filter(({ experiment }) => experiment === metadata.uid);
			return stage.daemon(number).calls.filter(({ ids }) => mine.some(({ id }) => ids.includes(id)));
		};
		expect(calls(1).map(({ ids }) => ids.length)).toEqual([2]);
		expect(calls(2).map(({ ids }) => ids.length)).toEqual([1]);
		const [item] = stage.daemon(2).held.values();
		expect(item?.expiresInMs).toBeGreaterThan(590_000);
		expect(item?.expiresInMs).toBeLessThanOrEqual(605_000);

		await stage.delete("whole");
		await stage.gone("whole");
		expect(heldBy(metadata.uid)).toEqual([]);
		await eventually("all events", async () => {
			const reasons = (await stage.events(metadata.uid)).map(({ reason }) => reason);
			return ["Started", "Applied", "Deleted", "Recovered"].every((reason) => reasons.includes(reason));
		});
	});

	it("does not go while a recovery is owed, and says so", async () => {
		await pods("stuck");
		const { metadata } = await stage.create("stuck", {});
		await stage.until("stuck", "AllInjected", "True");
		stage.daemon(1).onRecover = () => ({ status: "failed", message: "the device is busy" });
		try {
			await stage.delete("stuck");
			const { status } = await stage.until("stuck", "Unrecoverable", "True", "RecoverFailed");
			const { message } = conditionOf(await stage.read("stuck"), "Unrecoverable") ?? {};
			expect(message).toContain(`${stage.shop}/stuck-0: the device is busy`);
			expect(message).toContain(`${cleanFinalizerAnnotation}=forced`);
			expect(status?.experiment.containerRecords?.[0]).toMatchObject({
				phase: "Injected/Wait",
				reason: "RecoverFailed",
			});
			expect(heldBy(metadata.uid)).toHaveLength(1);
		} finally {
			stage.daemon(1).onRecover = () => ({ status: "recovered" });
		}
		await stage.gone("stuck");
		expect(heldBy(metadata.uid)).toEqual([]);
	});

	it("is let go by force, and what it leaves is taken out nevertheless", async () => {
		await pods("forced");
		const { metadata } = await stage.create("forced", {});
		await stage.until("forced", "AllInjected", "True");
		stage.daemon(1).onRecover = () => ({ status: "failed", message: "the device is busy" });
		await stage.delete("forced");
		await stage.until("forced", "AllRecovered", "False", "RecoverFailed");
		await stage.annotate("forced", { [cleanFinalizerAnnotation]: "forced" });
		await stage.gone("forced");
		expect(heldBy(metadata.uid)).toHaveLength(1);

		stage.daemon(1).onRecover = () => ({ status: "recovered" });
		await eventually("the leftover is taken out", () => heldBy(metadata.uid).length === 0, 40);
	});

	it("leaves the finalizers of others alone", async () => {
		await pods("foreign");
		await stage.create("foreign", {}, { finalizers: ["example.com/other"] });
		const { metadata } = await stage.until("foreign", "AllInjected", "True");
		expect(metadata.finalizers).toEqual(["example.com/other", finalizer]);
		await stage.delete("foreign");
		const left = await eventually("our finalizer is off", async () => {
			const now = await stage.read("foreign");
			return now && !now.metadata.finalizers?.includes(finalizer) && now;
		});
		expect(left.metadata.finalizers).toEqual(["example.com/other"]);
		expect(conditionOf(left, "AllRecovered")?.status).toBe("True");
	});

	it("ends at its time and not before, stays, and is quiet then", async () => {
		await pods("expiry");
		const { metadata } = await stage.create("expiry", { duration: "3s" });
		await stage.until("expiry", "AllInjected", "True");
		const ended = await stage.until("expiry", "AllRecovered", "True");
		expect(conditionOf(ended, "Expired")).toMatchObject({ status: "True", reason: "Expired" });
		const at = Date.parse(conditionOf(ended, "Expired")?.lastTransitionTime ?? "");
		expect(at - Date.parse(metadata.creationTimestamp)).toBeGreaterThanOrEqual(3000);
		expect(heldBy(metadata.uid)).toEqual([]);
		await sleep(1500);
		expect((await stage.read("expiry"))?.metadata.resourceVersion).toBe(ended.metadata.resourceVersion);
		expect((await stage.events(metadata.uid)).map(({ reason }) => reason)).toContain("TimeUp");
	});

	it("is recovered while paused and comes back on the same targets", async () => {
		await pods("pausing");
		const { metadata } = await stage.create("pausing", {});
		await stage.until("pausing", "AllInjected", "True");
		await stage.annotate("pausing", { [pauseAnnotation]: "true" });
		const paused = await stage.until("pausing", "AllRecovered", "True");
		expect(conditionOf(paused, "Paused")?.status).toBe("True");
		expect(conditionOf(paused, "AllInjected")).toMatchObject({ status: "False", reason: "Paused" });
		expect(heldBy(metadata.uid)).toEqual([]);

		await pods("pausing-late");
		await stage.annotate("pausing", { [pauseAnnotation]: null });
		const { status } = await stage.until("pausing", "AllInjected", "True");
		expect(status?.experiment.containerRecords).toMatchObject([{ injectedCount: 2, recoveredCount: 1 }]);
		expect((await stage.events(metadata.uid)).map(({ reason }) => reason)).toContain("Paused");
	});
});

describe("selection", () => {
	it("is tried again until there is a pod, and says meanwhile what it looks for", async () => {
		const { metadata } = await stage.create("late", {});
		const waiting = await stage.until("late", "Selected", "False", "NoTarget");
		const message = `spec.selector matches no running pod: pods with label app="late" in namespace "${stage.shop}"; start such pods or correct the selector`;
		expect(conditionOf(waiting, "Selected")?.message).toBe(message);
		expect(conditionOf(waiting, "AllInjected")?.reason).toBe("NoTarget");
		await pods("late");
		await stage.until("late", "AllInjected", "True", "Injected");
		const failed = (await stage.events(metadata.uid)).filter(({ reason }) => reason === "Failed");
		expect(failed.map(({ type }) => type)).toEqual(["Warning"]);
	});

	it("names a namespace that does not exist, and goes on when it does", async () => {
		const namespace = `later-${stage.suffix}`;
		await stage.create("nowhere", {
			selector: { namespaces: [stage.shop, namespace], labelSelectors: { app: "nowhere" } },
		});
		const waiting = await stage.until("nowhere", "Selected", "False", "UnknownNamespace");
		expect(conditionOf(waiting, "Selected")?.message).toBe(
			`spec.selector: namespace "${namespace}" does not exist; create it or correct the name`,
		);
		await stage.createNamespace(namespace);
		await stage.until("nowhere", "Selected", "False", "NoTarget", 10);
		await stage.runPod(namespace, "nowhere", { app: "nowhere" });
		await stage.until("nowhere", "AllInjected", "True");
	});

	it("says which side is empty", async () => {
		await pods("onesided");
		const target = { mode: "all", selector: { labelSelectors: { app: "nobody" } } } as const;
		await stage.create("onesided", { target });
		const waiting = await stage.until("onesided", "Selected", "False", "NoTarget");
		expect(conditionOf(waiting, "Selected")?.message).toMatch(/^spec\.target\.selector matches no running pod/);
		expect(waiting.status?.experiment.containerRecords).toBeUndefined();
	});

	it("never chooses the chaos system", async () => {
		await stage.create("self", { selector: { namespaces: [stage.system] } });
		const waiting = await stage.until("self", "Selected", "False", "NoTarget");
		expect(conditionOf(waiting, "Selected")?.message).toContain("daemon-1 belongs to the chaos system");
	});
});

describe("what happens behind its back", () => {
	it("reports a lost fault, and puts it back only when asked", async () => {
		await pods("losing", [1, 2]);
		const { metadata } = await stage.create("losing", {});
		const before = await stage.until("losing", "AllInjected", "True");
		expect(before.status?.reinjected).toBeUndefined();
		const [id = ""] = heldBy(metadata.uid, 1);
		stage.daemon(1).lose(id);
		const lost = await stage.until("losing", "FaultLost", "True", "FaultLost");
		expect(conditionOf(lost, "AllInjected")).toMatchObject({ status: "False", reason: "FaultLost" });
		expect(conditionOf(lost, "FaultLost")?.message).toBe(`${stage.shop}/losing-0: its rules are gone`);
		expect(lost.status?.experiment.containerRecords).toMatchObject([
			{ phase: "Not Injected", reason: "FaultLost", message: "its rules are gone" },
			{ phase: "Injected" },
		]);
		const calls = stage
			.daemon(1)
			.ids(daemonPaths.inject)
			.filter((called) => called === id).length;
		await sleep(2500);
		expect((await stage.read("losing"))?.metadata.resourceVersion).toBe(lost.metadata.resourceVersion);
		expect(
			stage
				.daemon(1)
				.ids(daemonPaths.inject)
				.filter((called) => called === id),
		).toHaveLength(calls);

		await stage.annotate("losing", { [reinjectAnnotation]: "1" });
		const { status, ...again } = await stage.until("losing", "AllInjected", "True");
		expect(status?.reinjected).toBe("1");
		expect(conditionOf({ ...again, ...(status && { status }) }, "FaultLost")?.status).toBe("False");
		expect((await stage.events(metadata.uid)).filter(({ type }) => type === "Warning")).toMatchObject([
			{ reason: "FaultLost", message: `1 target (${stage.shop}/losing-0): its rules are gone` },
		]);
	});

	it("follows a pod that comes back under its name, and tells the other side its new address", async () => {
		await stage.runPod(stage.shop, "set-0", { app: "set" }, 1, "10.9.1.50");
		await stage.runPod(stage.shop, "peer-0", { app: "peer" }, 2, "10.9.2.50");
		const target = { mode: "all", selector: { labelSelectors: { app: "set" } } } as const;
		const { metadata } = await stage.create("peer", { target });
		await stage.until("peer", "AllInjected", "True");
		await stage.deletePod(stage.shop, "set-0");
		const gone = await stage.until("peer", "TargetGone", "True");
		expect(conditionOf(gone, "AllInjected")).toMatchObject({ status: "False", reason: "TargetGone" });
		await eventually("the daemon is rid of the old one", () => heldBy(metadata.uid, 1).length === 0, 40);

		const pod = await stage.runPod(stage.shop, "set-0", { app: "set" }, 2, "10.9.2.60");
		const back = await stage.until("peer", "AllInjected", "True");
		expect(conditionOf(back, "TargetGone")?.status).toBe("False");
		const record = back.status?.experiment.containerRecords?.find(({ selectorKey }) => selectorKey === ".Target");
		expect(record).toMatchObject({ podUid: pod.metadata.uid, node: stage.node(2), phase: "Injected" });
		const items = [...stage.daemon(2).held.values()].filter(({ experiment }) => experiment === metadata.uid);
		const source = items.find(({ target: { pod: name } }) => name === "peer-0");
		const instruction = source?.instruction as Partition | undefined;
		expect(instruction?.drops).toEqual([{ hook: "output", peers: ["10.9.2.60"] }]);
		expect((await stage.events(metadata.uid)).map(({ reason }) => reason)).toContain("TargetReplaced");
	});

	it("recovers with the pod when that is gone, though the node does not answer", async () => {
		await stage.runPod(stage.shop, "orphan-0", { app: "orphan" }, 1);
		await stage.create("orphan", {});
		await stage.until("orphan", "AllInjected", "True");
		stage.daemon(1).onRecover = () => ({ status: "failed", message: "not now" });
		try {
			await stage.delete("orphan");
			await stage.until("orphan", "AllRecovered", "False", "RecoverFailed");
			await stage.deletePod(stage.shop, "orphan-0");
			await stage.gone("orphan");
		} finally {
			stage.daemon(1).onRecover = () => ({ status: "recovered" });
		}
	});

	it("waits for a daemon only with the targets of its node", async () => {
		await stage.runPod(stage.shop, "nodes-0", { app: "nodes" }, 1);
		await stage.runPod(stage.shop, "nodes-1", { app: "nodes" }, 3);
		await stage.create("nodes", {});
		const waiting = await stage.until("nodes", "AllInjected", "False", "NodeUnavailable");
		expect(waiting.status?.experiment.containerRecords).toMatchObject([
			{ phase: "Injected" },
			{ phase: "Not Injected/Wait", reason: "NodeUnavailable" },
		]);
		expect(conditionOf(waiting, "AllInjected")?.message).toContain(`no chaos daemon is ready on node ${stage.node(3)}`);
		await stage.startDaemon(3);
		await stage.until("nodes", "AllInjected", "True", "Injected");
	});

	it("does not let a slow node hold up another experiment, or its own other targets", async () => {
		let open = (): void => undefined;
		stage.daemon(1).gate = new Promise((resolve) => {
			open = resolve;
		});
		await pods("slow", [1, 2]);
		const names = Array.from({ length: 9 }, (_, index) => `slow-${index}x`);
		for (const name of names) await stage.create(name, { selector: { labelSelectors: { app: "slow" } } });
		await pods("quick", [2]);
		await stage.create("quick", {});
		await stage.until("quick", "AllInjected", "True", "Injected");
		for (const name of names) {
			const half = await eventually(`${name} is half injected`, async () => {
				const read = await stage.read(name);
				return read?.status?.experiment.containerRecords?.[1]?.phase === "Injected" && read;
			});
			expect(half.status?.experiment.containerRecords?.[0]?.phase).toBe("Not Injected/Wait");
		}
		open();
		for (const name of names) await stage.until(name, "AllInjected", "True");
	});
});

describe("when parts of the system die", () => {
	it("sees what happens after its watches broke, and while it was cut off", async () => {
		stage.proxy?.cut();
		await pods("cutoff");
		await stage.create("cutoff", {});
		await stage.until("cutoff", "AllInjected", "True");

		if (stage.proxy) stage.proxy.down = true;
		stage.proxy?.cut();
		await stage.annotate("cutoff", { [pauseAnnotation]: "true" });
		await sleep(3000);
		expect(conditionOf(await stage.read("cutoff"), "AllInjected")?.status).toBe("True");
		if (stage.proxy) stage.proxy.down = false;
		await stage.until("cutoff", "AllRecovered", "True");
	});

	it("takes the daemon's stream up again", async () => {
		await pods("stream");
		const { metadata } = await stage.create("stream", {});
		await stage.until("stream", "AllInjected", "True");
		const [id = ""] = heldBy(metadata.uid);
		// As a daemon that has lost its journal: it is back, and does not know the fault.
		stage.daemon(1).held.delete(id);
		stage.daemon(1).disconnect();
		const lost = await stage.until("stream", "FaultLost", "True");
		expect(conditionOf(lost, "FaultLost")?.message).toContain("does not hold the fault any more");
	});

	it("goes on where another controller was killed, in the middle of inject and of recover", async () => {
		let open = (): void => undefined;
		stage.daemon(1).gate = new Promise((resolve) => {
			open = resolve;
		});
		await pods("resumed");
		const { metadata } = await stage.create("resumed", {});
		await eventually(
			"the injection has begun",
			() => stage.daemon(1).calls.length > 0 && heldBy(metadata.uid).length === 0,
		);
		await eventually("the record says so", async () => {
			const phase = (await stage.read("resumed"))?.status?.experiment.containerRecords?.[0]?.phase;
			return phase === "Not Injected/Wait";
		});
		await stage.stopController();
		open();
		await stage.startController();
		await stage.until("resumed", "AllInjected", "True");
		expect(heldBy(metadata.uid)).toHaveLength(1);

		stage.daemon(1).gate = new Promise((resolve) => {
			open = resolve;
		});
		await stage.delete("resumed");
		await stage.until("resumed", "AllRecovered", "False", "Recovering");
		await stage.stopController();
		open();
		await stage.startController();
		await stage.gone("resumed");
		expect(heldBy(metadata.uid)).toEqual([]);
	});

	it("takes out what an experiment has left that was robbed of its finalizer while no controller ran", async () => {
		await pods("robbed");
		const { metadata } = await stage.create("robbed", {});
		await stage.until("robbed", "AllInjected", "True");
		await stage.stopController();
		await stage.server.patch(stage.path("robbed"), { metadata: { finalizers: null } });
		await stage.delete("robbed");
		await stage.gone("robbed");
		expect(heldBy(metadata.uid)).toHaveLength(1);
		await stage.startController();
		await eventually("the leftover is taken out", () => heldBy(metadata.uid).length === 0, 40);
	});
});

it("never logs a key", () => {
	expect(stage.log.length).toBeGreaterThan(10);
	expect(stage.log.filter((line) => line.includes("PRIVATE KEY"))).toEqual([]);
});

/** Ids that daemons hold for an experiment. */
function heldBy(uid: string, node?: number): string[] {
	const daemons = node === undefined ? [...stage.daemons.values()] : [stage.daemon(node)];
	return daemons.flatMap(({ held }) =>
		[...held.values()].filter(({ experiment }) => experiment === uid).map(({ id }) => id),
	);
}
