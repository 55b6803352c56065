import { describe, expect, it } from "vitest";
import { cleanFinalizerAnnotation, finalizer, pauseAnnotation } from "../../api/names.ts";
import { pod } from "./pods.ts";
import { idOf, injected, TestWorld, two } from "./world.ts";

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

describe("what a node has measured on a target", () => {
	it("stands in its record, also when it changes, and goes with the fault", async () => {
		const world = await injected();
		const { statusWrites } = world;
		world.notice("node-1", "injected", "half full");
		await world.settleLater();
		expect(world.records[0]).toMatchObject({ phase: "Injected", message: "half full" });
		expect(world.records[0]).not.toHaveProperty("reason");
		world.notice("node-1", "injected", "full");
		await world.settleLater();
		await world.settleLater();
		expect(world.records[0]?.message).toBe("full");
		expect(world.statusWrites).toBe(statusWrites + 2);
		expect(world.condition("AllInjected")?.status).toBe("True");
		world.annotate({ [pauseAnnotation]: "true" });
		await world.settleLater();
		expect(world.records[0]).not.toHaveProperty("message");
	});
});

describe("a target that its node does not find any more, though the pod is there", () => {
	it("has lost its fault, when it is the pod", async () => {
		const world = await injected();
		world.notice("node-1", "target gone");
		await world.settleLater();
		expect(world.condition("FaultLost")?.status).toBe("True");
		expect(world.on("node-1")).toEqual([]);
	});

	it("was started anew, when it is a container: the fault is put in again", async () => {
		const world = await injected();
		world.kind = { ...world.kind, traits: { ...world.kind.traits, targets: "container" } };
		world.notice("node-1", "target gone");
		world.clock += 1000;
		await world.once();
		expect(world.records[0]).toMatchObject({ phase: "Not Injected/Wait", reason: "ContainerRestarted" });
		expect(world.condition("AllInjected")).toMatchObject({ status: "False", reason: "ContainerRestarted" });
		await world.settle();
		expect(world.records[0]).toMatchObject({ phase: "Injected", injectedCount: 2 });
		expect(world.on("node-1")).toEqual([idOf("a")]);
		expect(world.announced).toMatchObject([
			{ type: "Warning", reason: "ContainerRestarted" },
			{ type: "Normal", reason: "Applied" },
		]);
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
