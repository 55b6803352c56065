import { describe, expect, it } from "vitest";
import type { Experiment, ExperimentSpec } from "../../api/experiment.ts";
import { injectionId } from "../../api/injection-id.ts";
import { cleanFinalizerAnnotation, finalizer, pauseAnnotation, reinjectAnnotation } from "../../api/names.ts";
import type { Plan } from "../../api/plan.ts";
import type { NetworkInstruction } from "../../faults/network/plan.ts";
import { planPod } from "../../faults/pod/plan.ts";
import { podChaos } from "../../faults/pod/spec.ts";
import { pod } from "./pods.ts";
import { experiment, TestWorld } from "./world.ts";

const two = () => [pod("a"), pod("b", { spec: { nodeName: "node-2" } })];
const idOf = (name: string, key = ".") => injectionId("uid-cut", key, `uid-${name}`);

/** A world with the fault in place on pods a and b. */
async function injected(pods = two()): Promise<TestWorld> {
	const world = new TestWorld(pods);
	await world.settle();
	expect(world.condition("AllInjected")?.status).toBe("True");
	world.announced.length = 0;
	return world;
}

describe("inject", () => {
	it("writes down that it begins before a node is called, and the end after", async () => {
		const world = new TestWorld(two());
		let release = (): void => undefined;
		const gate = new Promise<void>((resolve) => {
			release = resolve;
		});
		const phases: (string | undefined)[] = [];
		const inject = world.inject.bind(world);
		world.inject = async (node, items) => {
			phases.push(...world.records.map(({ phase }) => phase));
			await gate;
			return inject(node, items);
		};
		await world.once();
		expect(phases).toEqual(Array(4).fill("Not Injected/Wait"));
		expect(world.experiment?.metadata.finalizers).toEqual([finalizer]);
		expect(world.condition("Selected")).toMatchObject({ status: "True", reason: "Selected", message: "2 targets" });
		expect(world.condition("AllInjected")).toMatchObject({ status: "False", reason: "Injecting" });
		release();
		await world.settle();
		expect(world.records).toMatchObject([
			{ id: "shop/a", selectorKey: ".", phase: "Injected", injectedCount: 1, node: "node-1", podUid: "uid-a" },
			{ id: "shop/b", selectorKey: ".", phase: "Injected", injectedCount: 1, node: "node-2", podUid: "uid-b" },
		]);
		expect(world.condition("AllInjected")).toMatchObject({ status: "True", reason: "Injected" });
		expect(world.condition("AllRecovered")).toMatchObject({ status: "False", reason: "Running" });
	});

	it("calls a node once for all its targets, with the time left and the kind's instruction", async () => {
		const world = new TestWorld([pod("a"), pod("b"), pod("c", { spec: { nodeName: "node-2" } })]);
		world.experiment = experiment({ spec: { duration: "61s" } });
		await world.settle();
		expect(world.injected.map(({ node, items }) => [node, items.length])).toEqual([
			["node-1", 2],
			["node-2", 1],
		]);
		expect(world.injected[1]?.items).toEqual([
			{
				id: idOf("c"),
				experiment: "uid-cut",
				kind: "NetworkChaos",
				target: { namespace: "shop", pod: "c", podUid: "uid-c", containers: [{ name: "main", id: "containerd://1" }] },
				instruction: { action: "partition", drops: [{ hook: "output" }] },
				expiresInMs: 65_000,
			},
		]);
	});

	it("makes one event a step and not one a target", async () => {
		const world = new TestWorld(Array.from({ length: 50 }, (_, index) => pod(`p${index}`)));
		await world.settle();
		expect(world.announced).toEqual([
			{ type: "Normal", reason: "Started", message: "runs until 2026-01-01T01:00:00.000Z" },
			{
				type: "Normal",
				reason: "Applied",
				message: "50 targets (shop/p0, shop/p1, shop/p2 and 47 more): have the fault in place",
			},
		]);
	});

	it("changes nothing when there is nothing to do", async () => {
		const world = await injected();
		const writes = world.statusWrites;
		expect(await world.settle()).toBe(3_599_000);
		expect(await world.settle()).toBe(3_599_000);
		expect([world.statusWrites, world.injected.length, world.recovered.length]).toEqual([writes, 2, 0]);
	});

	it("goes on with the targets of the other nodes while one does not answer, and tries that again later and later", async () => {
		const world = new TestWorld(two());
		world.dead.add("node-2");
		const first = await world.settle();
		expect(world.records).toMatchObject([
			{ phase: "Injected" },
			{ phase: "Not Injected/Wait", reason: "NodeUnavailable", message: "node node-2 does not answer" },
		]);
		expect(world.condition("AllInjected")).toMatchObject({
			status: "False",
			reason: "NodeUnavailable",
			message: "the fault is not in place on 1 of 2 targets; shop/b: node node-2 does not answer",
		});
		expect(first).toBeGreaterThan(700);
		expect(first).toBeLessThan(1300);
		await world.settle();
		expect(world.injected).toHaveLength(2);
		world.clock += 1300;
		expect(await world.settle()).toBeGreaterThan(1400);
		expect(world.injected).toHaveLength(3);
		world.dead.clear();
		world.calls.nodeReady("node-2");
		await world.settle();
		expect(world.condition("AllInjected")?.status).toBe("True");
		expect(world.records[0]?.injectedCount).toBe(1);
	});

	it("retries what a node refuses, and says its reason", async () => {
		const world = new TestWorld(two());
		world.onInject = ({ target }) =>
			target.pod === "b" ? { status: "failed", message: "it is on the host's network" } : { status: "injected" };
		await world.settle();
		expect(world.condition("AllInjected")).toMatchObject({ reason: "InjectFailed" });
		expect(world.records[1]?.events).toMatchObject([
			{ type: "Failed", operation: "Apply", message: "it is on the host's network" },
		]);
		expect(world.announced.at(-1)).toEqual({
			type: "Warning",
			reason: "Failed",
			message: "failed to inject: it is on the host's network (1 target: shop/b)",
		});
		world.onInject = () => ({ status: "injected" });
		world.clock += 2000;
		await world.settle();
		expect(world.condition("AllInjected")?.status).toBe("True");
		expect(world.records[1]?.reason).toBeUndefined();
	});
});

describe("a pod on its node's network", () => {
	const hostPod = () => pod("b", { spec: { nodeName: "node-2", hostNetwork: true } });
	const why =
		"pod shop/b shares its node's network (hostNetwork: true), so the fault would hit the whole node; choose pods of their own network";

	it("is refused before anything is sent, once, and the others are hit", async () => {
		const world = new TestWorld([pod("a"), hostPod()]);
		expect(await world.settle()).toBe(3_599_000);
		expect(world.injected.map(({ node, items }) => [node, items.map(({ id }) => id)])).toEqual([
			["node-1", [idOf("a")]],
		]);
		expect(world.records).toMatchObject([
			{ phase: "Injected" },
			{
				phase: "Not Injected",
				reason: "InjectFailed",
				message: why,
				injectedCount: 0,
				events: [{ type: "Failed", operation: "Apply", message: why }],
			},
		]);
		expect(world.condition("AllInjected")).toMatchObject({
			status: "False",
			reason: "InjectFailed",
			message: `the fault is not in place on 1 of 2 targets; shop/b: ${why}`,
		});
		const writes = world.statusWrites;
		world.restart();
		await world.settle();
		expect([world.statusWrites, world.injected.length]).toEqual([writes, 1]);
		expect(world.announced.filter(({ reason }) => reason === "Failed")).toHaveLength(1);
	});

	it("owes no recovery", async () => {
		const world = new TestWorld([hostPod()]);
		await world.settle();
		expect(world.injected).toEqual([]);
		world.delete();
		await world.settle();
		expect(world.experiment).toBeUndefined();
		expect(world.recovered).toEqual([]);
	});

	it("that was begun by an earlier controller is still recovered", async () => {
		const world = new TestWorld([pod("b", { spec: { nodeName: "node-2" } })]);
		world.dead.add("node-2");
		await world.settle();
		world.setPod(hostPod());
		world.dead.clear();
		world.clock += 60_000;
		await world.settle();
		expect(world.records).toMatchObject([{ phase: "Not Injected/Wait", reason: "InjectFailed", message: why }]);
		world.delete();
		await world.settle();
		expect(world.recovered.flatMap(({ ids }) => ids)).toEqual([idOf("b")]);
		expect(world.experiment).toBeUndefined();
	});
});

describe("selection", () => {
	it("is tried again every few seconds, and then frozen", async () => {
		const world = new TestWorld();
		expect(await world.settle()).toBe(5000);
		expect(world.condition("Selected")).toMatchObject({ status: "False", reason: "NoTarget" });
		expect(world.announced.filter(({ reason }) => reason === "Failed")).toHaveLength(1);
		world.clock += 5000;
		await world.settle();
		expect(world.announced.filter(({ reason }) => reason === "Failed")).toHaveLength(1);
		for (const one of two()) world.setPod(one);
		await world.settle();
		world.setPod(pod("c"));
		world.restart();
		await world.settle();
		expect(world.records.map(({ id }) => id)).toEqual(["shop/a", "shop/b"]);
	});

	it("injects nothing when the spec is wrong, whatever the CRD let through", async () => {
		const world = new TestWorld(two());
		world.experiment = experiment({ spec: { direction: "up" } });
		await world.settle();
		expect(world.condition("Selected")).toMatchObject({
			status: "False",
			reason: "SelectionFailed",
			message: 'spec.direction: "up" is not a known direction; use "to", "from" or "both"',
		});
		expect(world.injected).toEqual([]);
	});

	it("does not take a cluster that can't be read for an empty one", async () => {
		const world = new TestWorld(two());
		const broken = { ...world.world, listPods: () => Promise.reject(new Error("403 forbidden")) };
		Object.defineProperty(world, "world", { value: broken });
		world.restart();
		expect(await world.settle()).toBe(5000);
		expect(world.condition("Selected")).toMatchObject({
			reason: "SelectionFailed",
			message: "targets could not be looked up: 403 forbidden",
		});
	});

	it("chooses nobody while paused, and is clean when deleted then", async () => {
		const world = new TestWorld(two());
		world.annotate({ [pauseAnnotation]: "true" });
		await world.settle();
		expect(world.records).toEqual([]);
		expect(world.condition("Paused")).toMatchObject({ status: "True", reason: "Paused" });
		expect(world.condition("AllRecovered")?.status).toBe("True");
		world.delete();
		await world.settle();
		expect(world.experiment).toBeUndefined();
	});
});

describe("an emergency stop", () => {
	it("takes the fault out, and puts it back when it is lifted", async () => {
		const world = await injected();
		world.emergencyStop = 'EmergencyStop "night": the shop is down';
		await world.settle();
		expect([world.on("node-1"), world.on("node-2")]).toEqual([[], []]);
		expect(world.experiment?.status?.experiment.desiredPhase).toBe("Stop");
		expect(world.condition("Stopped")).toMatchObject({
			status: "True",
			reason: "EmergencyStop",
			message:
				'an emergency stop is on (EmergencyStop "night": the shop is down); the fault stays out of every target until it is deleted',
		});
		expect(world.condition("AllInjected")).toMatchObject({ status: "False", reason: "EmergencyStop" });
		expect(world.condition("AllRecovered")?.status).toBe("True");
		expect(world.announced.map(({ reason }) => reason)).toEqual(["EmergencyStop", "Recovered"]);

		world.emergencyStop = undefined;
		await world.settle();
		expect(world.on("node-1")).toEqual([idOf("a")]);
		expect(world.condition("Stopped")).toMatchObject({ status: "False", reason: "Running" });
		expect(world.condition("AllInjected")?.status).toBe("True");
		expect(world.announced.slice(2).map(({ reason }) => reason)).toEqual(["Started", "Applied"]);
	});

	it("chooses nobody for what is created meanwhile", async () => {
		const world = new TestWorld(two());
		world.emergencyStop = 'EmergencyStop "night"';
		await world.settle();
		expect(world.injected).toEqual([]);
		expect(world.condition("Selected")).toMatchObject({ status: "False", reason: "EmergencyStop" });
		world.emergencyStop = undefined;
		await world.settle();
		expect(world.condition("AllInjected")?.status).toBe("True");
	});

	it("takes out what a node is just putting in", async () => {
		const world = new TestWorld(two());
		await world.once();
		world.emergencyStop = 'EmergencyStop "night"';
		await world.settle();
		expect(world.injected).not.toEqual([]);
		expect([world.on("node-1"), world.on("node-2")]).toEqual([[], []]);
		expect(world.condition("AllRecovered")?.status).toBe("True");
	});

	it("keeps nobody from deleting", async () => {
		const world = await injected();
		world.emergencyStop = 'EmergencyStop "night"';
		world.delete();
		await world.settle();
		expect(world.experiment).toBeUndefined();
	});
});

describe("recover", () => {
	it("comes before the finalizer goes", async () => {
		const world = await injected();
		world.delete();
		await world.settle();
		expect(world.experiment).toBeUndefined();
		expect([world.on("node-1"), world.on("node-2")]).toEqual([[], []]);
		expect(world.announced.map(({ reason }) => reason)).toEqual(["Deleted", "Recovered"]);
	});

	it("goes at once for a record that is half injected", async () => {
		const world = new TestWorld(two());
		world.onInject = () => ({ status: "failed", message: "never works" });
		await world.settle();
		world.delete();
		await world.settle();
		expect(world.experiment).toBeUndefined();
		expect(world.recovered.flatMap(({ ids }) => ids)).toEqual([idOf("a"), idOf("b")]);
	});

	it("waits for an inject that is under way", async () => {
		const world = new TestWorld([pod("a")]);
		let release = (): void => undefined;
		const gate = new Promise<void>((resolve) => {
			release = resolve;
		});
		const inject = world.inject.bind(world);
		world.inject = async (node, items) => {
			await gate;
			return inject(node, items);
		};
		await world.once();
		world.delete();
		await world.once();
		expect(world.recovered).toEqual([]);
		expect(world.experiment).toBeDefined();
		release();
		await world.calls.idle();
		await world.settle();
		expect(world.on("node-1")).toEqual([]);
		expect(world.experiment).toBeUndefined();
	});

	it("never takes an error for success, and says after a second failure that it is stuck", async () => {
		const world = await injected();
		world.onRecover = () => ({ status: "failed", message: "busy" });
		world.dead.add("node-2");
		world.delete();
		await world.settle();
		expect(world.condition("Unrecoverable")).toBeUndefined();
		world.clock += 2000;
		await world.settle();
		expect(world.records).toMatchObject([
			{ phase: "Injected/Wait", reason: "RecoverFailed" },
			{ phase: "Injected/Wait", reason: "NodeUnavailable" },
		]);
		expect(world.condition("Unrecoverable")).toMatchObject({ status: "True", reason: "RecoverFailed" });
		expect(world.condition("Unrecoverable")?.message).toMatch(/^recovery keeps failing on shop\/a, shop\/b: busy; /);
		world.onRecover = () => ({ status: "recovered" });
		world.dead.clear();
		world.clock += 60_000;
		await world.settle();
		expect(world.experiment).toBeUndefined();
	});

	it("takes a pod that is gone for recovered only when the API server says so", async () => {
		const world = await injected();
		world.dead.add("node-2");
		world.cache = new Map();
		world.delete();
		await world.settle();
		expect(world.records[1]).toMatchObject({ phase: "Injected/Wait", reason: "NodeUnavailable" });
		world.pods.delete("shop/b");
		world.clock += 2000;
		await world.settle();
		expect(world.experiment).toBeUndefined();
	});

	it("lets go when forced, whatever the records say, and leaves other finalizers", async () => {
		const world = await injected();
		world.change((metadata) => ({ ...metadata, finalizers: ["example.com/x", ...(metadata.finalizers ?? [])] }));
		world.onRecover = () => ({ status: "failed", message: "busy" });
		world.delete();
		await world.settle();
		world.annotate({ [cleanFinalizerAnnotation]: "yes" });
		await world.settle();
		expect(world.experiment?.metadata.finalizers).toContain(finalizer);
		world.annotate({ [cleanFinalizerAnnotation]: "forced" });
		await world.settle();
		expect(world.experiment?.metadata.finalizers).toEqual(["example.com/x"]);
	});

	it("takes out what a late call has put in after all", async () => {
		const world = await injected([pod("a")]);
		world.annotate({ [pauseAnnotation]: "true" });
		await world.settle();
		await world.inject("node-1", world.injected[0]?.items ?? []);
		expect(world.on("node-1")).toHaveLength(1);
		expect(await world.settle()).toBeGreaterThan(0);
		expect(world.on("node-1")).toHaveLength(1);
		await world.settleLater();
		expect(world.on("node-1")).toEqual([]);
		expect(world.condition("AllRecovered")?.status).toBe("True");
	});

	it("ends at the deadline", async () => {
		const world = await injected();
		world.clock += (await world.settle()) ?? 0;
		expect(await world.settle()).toBeUndefined();
		expect(world.condition("Expired")).toMatchObject({ status: "True", reason: "Expired" });
		expect(world.condition("AllInjected")).toMatchObject({ status: "False", reason: "Expired" });
		expect(world.condition("AllRecovered")?.status).toBe("True");
		expect(world.announced.map(({ reason }) => reason)).toEqual(["TimeUp", "Recovered"]);
		world.delete();
		await world.settle();
		expect(world.announced.at(-1)?.reason).toBe("Deleted");
	});

	it("notices the deadline while paused too", async () => {
		const world = await injected();
		world.annotate({ [pauseAnnotation]: "true" });
		world.clock += (await world.settle()) ?? 0;
		await world.settle();
		expect(world.condition("Expired")?.status).toBe("True");
	});
});

describe("faults that their node has taken out, because its lease was over", () => {
	async function lapsed(): Promise<TestWorld> {
		const world = await injected();
		world.clock += 1000;
		world.notice("node-1", "lease expired", "nobody has called");
		return world;
	}

	it("are said to be so, and put in place again", async () => {
		const world = await lapsed();
		await world.once();
		expect(world.records[0]).toMatchObject({
			phase: "Not Injected/Wait",
			reason: "LeaseExpired",
			message: "nobody has called",
			recoveredCount: 1,
		});
		expect(world.condition("AllInjected")).toMatchObject({ status: "False", reason: "LeaseExpired" });
		expect(world.condition("AllInjected")?.message).toContain("shop/a: nobody has called");
		await world.settle();
		expect(world.condition("AllInjected")?.status).toBe("True");
		expect(world.records[0]).toMatchObject({ phase: "Injected", injectedCount: 2 });
		expect(world.on("node-1")).toEqual([idOf("a")]);
		expect(world.condition("FaultLost")).toBeUndefined();
		expect(world.announced).toMatchObject([
			{ type: "Warning", reason: "LeaseExpired", message: "1 target (shop/a): nobody has called" },
			{ type: "Normal", reason: "Applied" },
		]);
	});

	it("are put in place by a controller that comes after a silence of all", async () => {
		const world = await lapsed();
		world.restart();
		await world.settle();
		expect(world.condition("AllInjected")?.status).toBe("True");
		expect(world.on("node-1")).toEqual([idOf("a")]);
	});

	it("are not put in place when the experiment should not run any more", async () => {
		const world = await lapsed();
		world.annotate({ [pauseAnnotation]: "true" });
		await world.settle();
		expect(world.condition("AllRecovered")?.status).toBe("True");
		expect([world.on("node-1"), world.on("node-2")]).toEqual([[], []]);
		world.delete();
		await world.settle();
		expect(world.experiment).toBeUndefined();
	});
});

describe("lost faults", () => {
	it("are reported, and stay lost until the annotation changes", async () => {
		const world = await injected();
		world.notice("node-1", "lost", "the rules are gone");
		await world.settle();
		expect(world.records[0]).toMatchObject({
			phase: "Not Injected",
			reason: "FaultLost",
			message: "the rules are gone",
		});
		expect(world.condition("FaultLost")).toMatchObject({ status: "True", message: "shop/a: the rules are gone" });
		expect(world.condition("AllInjected")).toMatchObject({ status: "False", reason: "FaultLost" });
		expect(world.announced).toEqual([
			{ type: "Warning", reason: "FaultLost", message: "1 target (shop/a): the rules are gone" },
		]);
		world.restart();
		await world.settle();
		expect(world.injected).toHaveLength(2);

		world.annotate({ [reinjectAnnotation]: "2026" });
		await world.settle();
		expect(world.experiment?.status?.reinjected).toBe("2026");
		expect(world.condition("FaultLost")?.status).toBe("False");
		expect(world.condition("AllInjected")?.status).toBe("True");
		world.notice("node-1", "lost");
		await world.settle();
		expect(world.condition("FaultLost")?.status).toBe("True");
	});

	it("an annotation that was there from the beginning asks for nothing", async () => {
		const world = new TestWorld(two());
		world.annotate({ [reinjectAnnotation]: "old" });
		await world.settle();
		expect(world.experiment?.status?.reinjected).toBe("old");
		world.notice("node-2", "lost");
		await world.settle();
		expect(world.records[1]?.reason).toBe("FaultLost");
	});

	it("are recovered like others: part of them may be left", async () => {
		const world = await injected();
		world.notice("node-1", "lost");
		await world.settle();
		world.delete();
		await world.settle();
		expect(world.recovered.flatMap(({ ids }) => ids).sort()).toEqual([idOf("a"), idOf("b")].sort());
		expect(world.experiment).toBeUndefined();
	});

	it("include those that a daemon knows nothing of, but not those of a daemon that can't be asked", async () => {
		const world = await injected();
		world.held.clear();
		world.dead.add("node-1");
		await world.settle();
		expect(world.records.map(({ reason }) => reason)).toEqual([undefined, "FaultLost"]);
	});

	it("are found again when the daemon sees them in place", async () => {
		const world = await injected();
		world.notice("node-1", "lost");
		await world.settle();
		world.notice("node-1", "injected");
		await world.settle();
		expect(world.condition("AllInjected")?.status).toBe("True");
		expect(world.condition("FaultLost")?.status).toBe("False");
	});

	it("are not those that failed: these are put in again", async () => {
		const world = await injected();
		world.notice("node-1", "failed", "the helper died");
		await world.settleLater();
		expect(world.condition("AllInjected")?.status).toBe("True");
		expect(world.records[0]?.injectedCount).toBe(2);
	});
});

describe("targets that go", () => {
	it("are reported and not waited for", async () => {
		const world = await injected();
		world.pods.delete("shop/b");
		await world.settle();
		expect(world.records[1]).toMatchObject({
			phase: "Not Injected",
			reason: "TargetGone",
			message: "the pod does not exist any more",
		});
		expect(world.condition("TargetGone")).toMatchObject({ status: "True", reason: "TargetGone" });
		expect(world.condition("AllInjected")).toMatchObject({ status: "False", reason: "TargetGone" });
		expect(world.announced.map(({ reason }) => reason)).toEqual(["TargetGone"]);
		const reads = world.liveReads;
		await world.settle();
		expect(world.liveReads).toBe(reads);
		world.delete();
		await world.settle();
		expect(world.experiment).toBeUndefined();
	});

	it("are not those that only the cache does not know", async () => {
		const world = await injected();
		world.cache = new Map();
		await world.settle();
		expect(world.condition("AllInjected")?.status).toBe("True");
	});

	it("are hit again when they come back under their name", async () => {
		const world = await injected();
		world.setPod(
			pod("b", { metadata: { uid: "uid-new" }, spec: { nodeName: "node-3" }, status: { phase: "Pending" } }),
		);
		await world.settle();
		expect(world.records[1]?.reason).toBe("TargetGone");
		world.setPod(pod("b", { metadata: { uid: "uid-new" }, spec: { nodeName: "node-3" } }));
		await world.settle();
		expect(world.records[1]).toMatchObject({ podUid: "uid-new", node: "node-3", phase: "Injected", injectedCount: 2 });
		expect(world.on("node-3")).toEqual([idOf("new")]);
		expect(world.condition("TargetGone")?.status).toBe("False");
		expect(world.announced.map(({ reason }) => reason)).toEqual(["TargetGone", "TargetReplaced", "Applied"]);
	});

	describe("with another side", () => {
		const target = { mode: "all", selector: { labelSelectors: { app: "db" } } };
		const db = (name: string, ip: string) =>
			pod(name, { metadata: { labels: { app: "db" } }, spec: { nodeName: "node-2" }, status: { podIPs: [{ ip }] } });
		const peersOf = (world: TestWorld, name: string) =>
			world.injected
				.flatMap(({ items }) => items)
				.filter((item) => item.target.pod === name)
				.map(({ instruction }) => (instruction as NetworkInstruction).drops[0]?.peers);

		async function between(): Promise<TestWorld> {
			const world = new TestWorld([pod("a"), db("x", "10.1.0.7"), db("y", "10.1.0.8")]);
			world.experiment = experiment({ spec: { target } });
			await world.settle();
			expect(world.condition("Selected")?.message).toBe("3 targets, 2 of them on the other side");
			return world;
		}

		it("the others get the addresses that are left, and then the new one", async () => {
			const world = await between();
			world.pods.delete("shop/x");
			await world.settleLater();
			world.setPod({ ...db("x", "10.1.0.9"), metadata: { ...db("x", "").metadata, uid: "uid-new" } });
			await world.settleLater();
			expect(peersOf(world, "a")).toEqual([["10.1.0.7", "10.1.0.8"], ["10.1.0.8"], ["10.1.0.9", "10.1.0.8"]]);
			// What the other pod of that side has to do did not change.
			expect(peersOf(world, "y")).toHaveLength(1);
			expect(world.condition("AllInjected")?.status).toBe("True");
		});

		it("a controller that was away meanwhile does the same", async () => {
			const world = await between();
			world.restart();
			await world.settle();
			expect(peersOf(world, "a")).toHaveLength(1);
			world.restart();
			world.pods.delete("shop/x");
			await world.settle();
			expect(peersOf(world, "a").at(-1)).toEqual(["10.1.0.8"]);
		});

		it("a side without any pod left is no side to plan for", async () => {
			const world = await between();
			world.pods.delete("shop/x");
			world.pods.delete("shop/y");
			await world.settle();
			expect(peersOf(world, "a")).toHaveLength(1);
			expect(world.records[0]?.phase).toBe("Injected");
		});

		it("an empty side is said by its path", async () => {
			const world = new TestWorld([pod("a")]);
			world.experiment = experiment({ spec: { target } });
			await world.settle();
			expect(world.condition("Selected")?.message).toMatch(/^spec\.target\.selector matches no running pod/);
			expect(world.injected).toEqual([]);
		});
	});
});

describe("others that write", () => {
	it("lead to a new look, and nothing is begun on the old one", async () => {
		const world = new TestWorld(two());
		let times = 1;
		world.beforeWrite = () => {
			if (times-- > 0) world.annotate({ [pauseAnnotation]: "true" });
		};
		expect(await world.once()).toBe(0);
		expect(world.injected).toEqual([]);
		await world.settle();
		expect(world.injected).toEqual([]);
		expect(world.condition("Paused")?.status).toBe("True");
	});

	it("do not lose the outcome of a call", async () => {
		const world = new TestWorld(two());
		await world.once();
		await world.calls.idle();
		let times = 1;
		world.beforeWrite = () => {
			if (times-- > 0) world.annotate({ note: "x" });
		};
		await world.settle();
		expect(world.records).toMatchObject([{ injectedCount: 1 }, { injectedCount: 1 }]);
		expect(world.injected).toHaveLength(2);
	});
});

describe("a controller that starts", () => {
	it.each(["inject", "recover"])("finishes an %s that was begun", async (step) => {
		const world = step === "inject" ? new TestWorld(two()) : await injected();
		if (step === "recover") world.delete();
		const never = () => new Promise<never>(() => undefined);
		const { inject, recover } = world;
		world.inject = never;
		world.recover = never;
		await world.once();
		world.restart();
		Object.assign(world, { inject, recover });
		await world.settle();
		if (step === "recover") expect(world.experiment).toBeUndefined();
		else expect(world.condition("AllInjected")?.status).toBe("True");
	});

	it("forgets an experiment that was made anew under the same name", async () => {
		const world = await injected();
		world.experiment = experiment({ metadata: { uid: "uid-second" } });
		await world.settle();
		expect(world.condition("AllInjected")?.status).toBe("True");
		expect(world.injected.at(-1)?.items[0]?.experiment).toBe("uid-second");
	});
});

describe("the object stays small", () => {
	const many = (count: number) => Array.from({ length: count }, (_, index) => pod(`p${index}`));

	it("with fewer events a record and shorter messages, the more records there are", async () => {
		const world = new TestWorld(many(1000));
		world.onInject = () => ({ status: "failed", message: "no ".repeat(200) });
		for (let round = 0; round < 8; round++) {
			await world.settle();
			world.clock += 120_000;
		}
		expect(world.records.every(({ events, message }) => events?.length === 1 && message?.length === 100)).toBe(true);
		expect(JSON.stringify(world.experiment).length).toBeLessThan(1_000_000);
	});

	it("with ten events when there are few", async () => {
		const world = new TestWorld(many(2));
		world.onInject = () => ({ status: "failed", message: "no" });
		for (let round = 0; round < 12; round++) {
			await world.settle();
			world.clock += 120_000;
		}
		expect(world.records.map(({ events }) => events?.length)).toEqual([10, 10]);
	});

	it("or nobody is hit", async () => {
		const world = new TestWorld(many(12_000));
		await world.settle();
		expect(world.condition("Selected")).toMatchObject({
			reason: "SelectionFailed",
			message: "12000 targets are too many for the status of one object; split the experiment, by namespace or label",
		});
		expect(world.injected).toEqual([]);
	});
});

describe("what is done once", () => {
	/** A pod-kill of all pods with app=web. */
	function killing(pods = two()): TestWorld {
		const world = new TestWorld(pods);
		world.kind = podChaos;
		world.plan = planPod as unknown as Plan<ExperimentSpec, unknown>;
		const spec = { action: "pod-kill", mode: "all", selector: { labelSelectors: { app: "web" } }, duration: "10s" };
		world.experiment = { ...experiment(), spec: spec as unknown as ExperimentSpec };
		return world;
	}

	it("stays as it is: no time, no pause and no missing pod changes anything", async () => {
		const world = killing();
		expect(await world.settle()).toBeUndefined();
		expect(world.condition("AllInjected")).toMatchObject({
			status: "True",
			message: "the fault was done once to 2 targets",
		});
		world.pods.clear();
		world.clock += 3_600_000;
		world.annotate({ [pauseAnnotation]: "true" });
		const writes = world.statusWrites;
		await world.settle();
		expect(world.statusWrites).toBe(writes);
		expect(world.records).toMatchObject([{ phase: "Injected" }, { phase: "Injected" }]);
		expect(world.injected.flatMap(({ items }) => items)).toHaveLength(2);
		expect(world.condition("TargetGone")).toBeUndefined();
		expect(world.condition("Expired")).toBeUndefined();
	});

	it("counts a target that is gone after the step was begun as done, and one before as gone", async () => {
		const world = killing();
		world.onInject = ({ target }) => {
			// The call comes through, and the controller dies before it hears of it.
			world.pods.delete(`shop/${target.pod}`);
			return { status: "failed", message: "killed in between" };
		};
		await world.once();
		await world.calls.idle();
		world.restart();
		await world.settle();
		expect(world.records).toMatchObject([
			{ phase: "Injected", injectedCount: 1 },
			{ phase: "Injected", injectedCount: 1 },
		]);
		const late = killing();
		late.dead.add("node-2");
		late.pods.delete("shop/b");
		late.cache = new Map(late.pods);
		await late.settle();
		expect(late.records).toMatchObject([{ id: "shop/a", phase: "Injected" }]);
	});

	it("owes nothing when it is deleted, also while a node is dead", async () => {
		const world = killing();
		await world.settle();
		world.dead.add("node-1").add("node-2");
		world.delete();
		await world.settle();
		expect(world.experiment).toBeUndefined();
		expect(world.recovered).toEqual([]);
	});
});

describe("containers as targets", () => {
	const kill = (containerNames: string[]): Experiment => ({
		...experiment(),
		spec: { action: "container-kill", mode: "all", selector: {}, containerNames } as unknown as ExperimentSpec,
	});
	const worldOf = (containerNames: string[]): TestWorld => {
		const images = ["main", "proxy", "log"].map((name) => ({ name, image: "x" }));
		const ids = images.map(({ name }) => ({ name, containerID: `containerd://${name}`, state: { running: {} } }));
		const changes = { spec: { nodeName: "node-1", containers: images }, status: { containerStatuses: ids } };
		const world = new TestWorld([pod("a", changes), pod("b", { spec: { nodeName: "node-2" } })]);
		world.kind = podChaos;
		world.plan = planPod as unknown as Plan<ExperimentSpec, unknown>;
		world.experiment = kill(containerNames);
		return world;
	};

	it("has a record and an instruction for each that is named", async () => {
		const world = worldOf(["log", "proxy"]);
		await world.settle();
		expect(world.records.map(({ id, container }) => [id, container])).toEqual([
			["shop/a/proxy", "proxy"],
			["shop/a/log", "log"],
		]);
		const items = world.injected.flatMap((call) => call.items);
		expect(items.map(({ target }) => target.container)).toEqual(["proxy", "log"]);
		expect(new Set(items.map(({ id }) => id)).size).toBe(2);
	});

	it("says which name no pod has", async () => {
		const world = worldOf(["nope"]);
		await world.settle();
		expect(world.condition("Selected")).toMatchObject({
			status: "False",
			reason: "NoTarget",
			message: 'spec.containerNames: none of the selected pods (a, b) has a container "nope"; correct the names',
		});
	});
});
