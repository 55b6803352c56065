import { describe, expect, it } from "vitest";
import { finalizer, pauseAnnotation } from "../../api/names.ts";
import { pod } from "./pods.ts";
import { experiment, idOf, injected, TestWorld, two } from "./world.ts";

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
		"pod shop/b shares its node's network (hostNetwork: true), so the fault would hit the whole node, which this installation does not allow; choose pods of their own network";

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
