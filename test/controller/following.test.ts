import { describe, expect, it } from "vitest";
import {
	followAnnotation,
	limitPercentAnnotation,
	limitTargetsAnnotation,
	pauseAnnotation,
	seedAnnotation,
} from "../../api/names.ts";
import { podChaos } from "../../faults/pod/spec.ts";
import type { Pod } from "../../selection/pod.ts";
import { pod } from "./pods.ts";
import { db, peersOf, target } from "./two-sides.ts";
import { experiment, idOf, TestWorld, two } from "./world.ts";

const node3 = { spec: { nodeName: "node-3" } };
const unmatched = (name: string, spec: object = {}): Pod => pod(name, { metadata: { labels: { app: "other" } }, spec });

/** A world in which a partition that follows its selector is in place. */
async function following(
	pods: Pod[] = two(),
	spec: object = {},
	annotations: Record<string, string> = {},
): Promise<TestWorld> {
	const world = new TestWorld(pods);
	world.experiment = experiment({ metadata: { annotations: { [followAnnotation]: "true", ...annotations } }, spec });
	await world.settle();
	expect(world.condition("AllInjected")?.status).toBe("True");
	await world.settleLater();
	world.announced.length = 0;
	return world;
}

const ids = (world: TestWorld): string[] => world.records.map(({ id }) => id);
const allInjected = (world: TestWorld): boolean => world.records.every(({ phase }) => phase === "Injected");

describe("an experiment that follows its selector", () => {
	it("hits a pod that comes later, and leaves the others as they are", async () => {
		const world = await following();
		const before = structuredClone(world.records);
		world.setPod(pod("c", node3));
		await world.settleLater();
		expect(ids(world)).toEqual(["shop/a", "shop/b", "shop/c"]);
		expect(world.records.slice(0, 2)).toEqual(before);
		expect(world.on("node-3")).toEqual([idOf("c")]);
		expect(allInjected(world)).toBe(true);
		expect(world.condition("Selected")?.message).toBe("3 targets");
		expect(world.announced.map(({ reason, message }) => `${reason} ${message}`)).toEqual([
			"TargetJoined 1 target (shop/c): match the selector now and are targets",
			"Applied 1 target (shop/c): have the fault in place",
		]);
	});

	it("waits for one that does not run yet", async () => {
		const world = await following();
		world.setPod(pod("c", { ...node3, status: { phase: "Pending" } }));
		await world.settleLater();
		expect(ids(world)).toEqual(["shop/a", "shop/b"]);
		world.setPod(pod("c", node3));
		await world.settleLater();
		expect(ids(world)).toEqual(["shop/a", "shop/b", "shop/c"]);
	});

	it("frees a pod that does not match any more, and forgets it only then", async () => {
		const world = await following();
		world.onRecover = () => ({ status: "failed", message: "the node is busy" });
		world.setPod(unmatched("b", { nodeName: "node-2" }));
		await world.settleLater();
		expect(world.records[1]).toMatchObject({
			id: "shop/b",
			leaves: true,
			phase: "Injected/Wait",
			reason: "RecoverFailed",
		});
		expect(world.condition("Selected")?.message).toBe("1 target");
		expect(world.condition("AllInjected")).toMatchObject({
			status: "True",
			message: "the fault is in place on 1 target",
		});
		world.clock += 3000;
		await world.settle();
		expect(world.condition("Unrecoverable")).toMatchObject({ status: "True", reason: "RecoverFailed" });
		expect(world.on("node-2")).toEqual([idOf("b")]);

		world.onRecover = () => ({ status: "recovered" });
		world.clock += 60_000;
		await world.settle();
		expect(ids(world)).toEqual(["shop/a"]);
		expect(world.on("node-2")).toEqual([]);
		expect(world.condition("Unrecoverable")?.status).toBe("False");
		expect(world.announced.at(-1)).toMatchObject({
			reason: "TargetLeft",
			message: "1 target (shop/b): are no targets any more and have nothing of the fault left",
		});
	});

	it("frees one to the end before it is hit again", async () => {
		const world = await following();
		world.setPod(unmatched("b", { nodeName: "node-2" }));
		world.onRecover = () => ({ status: "failed", message: "busy" });
		await world.settleLater();
		world.setPod(pod("b", { spec: { nodeName: "node-2" } }));
		await world.settleLater();
		expect(world.records[1]?.leaves).toBe(true);
		world.onRecover = () => ({ status: "recovered" });
		world.clock += 60_000;
		await world.settle();
		await world.settleLater();
		expect(ids(world)).toEqual(["shop/a", "shop/b"]);
		expect(world.records[1]).toMatchObject({ phase: "Injected", injectedCount: 1 });
		expect(world.records[1]).not.toHaveProperty("leaves");
	});

	it("makes both calls to a node one after the other", async () => {
		const world = await following([pod("a"), pod("b")]);
		world.setPod(unmatched("b"));
		world.setPod(pod("c"));
		await world.settleLater();
		await world.settleLater();
		expect(ids(world)).toEqual(["shop/a", "shop/c"]);
		expect(world.on("node-1").sort()).toEqual([idOf("a"), idOf("c")].sort());
	});

	it("does not call a node that is silent more often because it has two things to do there", async () => {
		const world = await following([pod("a"), pod("b")]);
		world.dead.add("node-1");
		world.setPod(unmatched("b"));
		world.setPod(pod("c"));
		const calls = () => world.injected.length + world.recovered.length;
		const before = calls();
		await world.pass(60_000);
		expect(calls() - before).toBeLessThan(20);
		world.dead.clear();
		world.calls.nodeReady("node-1");
		await world.settleLater();
		await world.settleLater();
		expect(ids(world)).toEqual(["shop/a", "shop/c"]);
	});

	it("forgets a pod that is gone with its fault, and hits what has taken its place", async () => {
		const world = await following();
		world.pods.delete("shop/b");
		world.setPod(pod("c", node3));
		await world.settleLater();
		expect(ids(world)).toEqual(["shop/a", "shop/c"]);
		expect(allInjected(world)).toBe(true);
		expect(world.condition("TargetGone")).toBeUndefined();
		expect(world.recovered).toEqual([]);
	});

	it("leaves the fault in a pod that is on its way out", async () => {
		const world = await following();
		world.setPod(pod("b", { metadata: { deletionTimestamp: "2026-01-01T00:00:09Z" }, spec: { nodeName: "node-2" } }));
		await world.settleLater();
		expect(ids(world)).toEqual(["shop/a", "shop/b"]);
		expect(world.recovered).toEqual([]);
	});

	it("goes down to nobody and up again", async () => {
		const world = await following();
		world.pods.clear();
		await world.settleLater();
		expect(ids(world)).toEqual([]);
		expect(world.condition("Selected")).toMatchObject({ status: "True", message: "0 targets" });
		expect(world.condition("AllInjected")?.status).toBe("True");
		world.setPod(pod("c", node3));
		await world.settleLater();
		expect(ids(world)).toEqual(["shop/c"]);
		expect(world.on("node-3")).toEqual([idOf("c")]);
	});

	it("takes a pod of the same name for another one", async () => {
		const world = await following();
		world.setPod(pod("b", { metadata: { uid: "uid-new" }, ...node3 }));
		await world.settleLater();
		expect(world.records[1]).toMatchObject({ id: "shop/b", podUid: "uid-new", phase: "Injected", injectedCount: 1 });
	});

	it("keeps what it has while it can't look", async () => {
		const world = await following();
		world.setPod(pod("c", node3));
		world.failLists = true;
		expect(await world.settleLater()).toBe(5000);
		expect(ids(world)).toEqual(["shop/a", "shop/b"]);
		world.failLists = false;
		await world.settleLater();
		expect(ids(world)).toEqual(["shop/a", "shop/b", "shop/c"]);
	});

	it("lists pods only when some that may be meant have come, gone or changed", async () => {
		const world = await following();
		const lists = world.lists;
		for (let round = 0; round < 3; round++) await world.settleLater();
		world.setPod(unmatched("z"));
		await world.settleLater();
		expect(world.lists).toBe(lists);
		world.setPod(pod("c", node3));
		await world.settleLater();
		expect(world.lists).toBe(lists + 1);
	});

	it("goes on after a restart of the controller, also with those that leave", async () => {
		const world = await following();
		world.onRecover = () => ({ status: "failed", message: "busy" });
		world.setPod(unmatched("b", { nodeName: "node-2" }));
		await world.settleLater();
		world.restart();
		world.onRecover = () => ({ status: "recovered" });
		world.setPod(pod("c", node3));
		await world.settleLater();
		await world.settleLater();
		expect(ids(world)).toEqual(["shop/a", "shop/c"]);
		expect(world.on("node-2")).toEqual([]);
	});

	it("does not lose a step when somebody else writes the object", async () => {
		const world = await following();
		world.setPod(pod("c", node3));
		let first = true;
		world.beforeWrite = () => {
			if (first) world.annotate({ [followAnnotation]: "true", note: "x" });
			first = false;
		};
		await world.settleLater();
		expect(ids(world)).toEqual(["shop/a", "shop/b", "shop/c"]);
	});

	it("stops to follow when the annotation goes, and lets those out that leave", async () => {
		const world = await following();
		world.onRecover = () => ({ status: "failed", message: "busy" });
		world.setPod(unmatched("b", { nodeName: "node-2" }));
		await world.settleLater();
		world.annotate({});
		world.setPod(pod("c", node3));
		world.onRecover = () => ({ status: "recovered" });
		world.clock += 60_000;
		await world.settle();
		expect(ids(world)).toEqual(["shop/a"]);
		expect(world.on("node-2")).toEqual([]);
	});

	it("does nothing of it without the annotation, or with what is done once", async () => {
		const world = new TestWorld(two());
		await world.settle();
		world.setPod(pod("c", node3));
		await world.settleLater();
		expect(ids(world)).toEqual(["shop/a", "shop/b"]);

		const kill = new TestWorld(two());
		kill.kind = podChaos;
		kill.plan = (_spec, chosen) =>
			Object.entries(chosen).flatMap(([selectorKey, pods]) =>
				pods.map((one) => ({ pod: one, selectorKey, instruction: {} })),
			);
		kill.experiment = experiment({
			metadata: { annotations: { [followAnnotation]: "true" } },
			spec: { action: "pod-kill" },
		});
		await kill.settle();
		kill.setPod(pod("c", node3));
		await kill.settleLater();
		expect(ids(kill)).toEqual(["shop/a", "shop/b"]);
	});
});

describe("while it is stopped", () => {
	it.each([
		["a pause", (world: TestWorld) => world.annotate({ [followAnnotation]: "true", [pauseAnnotation]: "true" })],
		[
			"an emergency stop",
			(world: TestWorld) => {
				world.emergencyStop = 'EmergencyStop "night"';
			},
		],
		[
			"the end of its time",
			(world: TestWorld) => {
				world.clock += 3_600_000;
			},
		],
	])("by %s, nobody is hit that comes, and all recover, also those that leave", async (_, stop) => {
		const world = await following();
		world.onRecover = () => ({ status: "failed", message: "busy" });
		world.setPod(unmatched("b", { nodeName: "node-2" }));
		await world.settleLater();
		world.onRecover = () => ({ status: "recovered" });
		stop(world);
		world.setPod(pod("c", node3));
		await world.settleLater();
		world.clock += 60_000;
		await world.settle();
		expect([world.on("node-1"), world.on("node-2"), world.on("node-3")]).toEqual([[], [], []]);
		expect(world.condition("AllRecovered")?.status).toBe("True");
		expect(ids(world)).toEqual(["shop/a", "shop/b"]);
	});

	it("and goes on, it follows whoever is there then", async () => {
		const world = await following();
		world.annotate({ [followAnnotation]: "true", [pauseAnnotation]: "true" });
		await world.settleLater();
		world.setPod(unmatched("b", { nodeName: "node-2" }));
		world.setPod(pod("c", node3));
		await world.settleLater();
		world.annotate({ [followAnnotation]: "true" });
		await world.settleLater();
		expect(ids(world)).toEqual(["shop/a", "shop/c"]);
		expect(allInjected(world)).toBe(true);
		expect(world.on("node-2")).toEqual([]);
	});

	it("and deleted, nothing is left, also of those that leave", async () => {
		const world = await following();
		world.onRecover = () => ({ status: "failed", message: "busy" });
		world.setPod(unmatched("b", { nodeName: "node-2" }));
		await world.settleLater();
		world.onRecover = () => ({ status: "recovered" });
		world.delete();
		world.clock += 60_000;
		await world.settle();
		expect([world.on("node-1"), world.on("node-2")]).toEqual([[], []]);
		expect(world.experiment).toBeUndefined();
	});
});

describe("modes that draw", () => {
	const web = (count: number) => Array.from({ length: count }, (_, index) => pod(`w${index}`));

	it("keep whom they hit, and draw only as many as lack, with a seed or without", async () => {
		for (const annotations of [{}, { [seedAnnotation]: "7" }]) {
			const world = await following(web(4), { mode: "fixed", value: "2" }, annotations);
			const [first = "", second = ""] = ids(world);
			for (const name of ["x", "y", "z"]) world.setPod(pod(name));
			await world.settleLater();
			expect(ids(world)).toEqual([first, second]);
			world.pods.delete(first);
			await world.settleLater();
			expect(ids(world)).toHaveLength(2);
			expect(ids(world)[0]).toBe(second);
		}
	});

	it("let a share grow with what it is a share of, and keep those that match when there are fewer", async () => {
		const world = await following(web(4), { mode: "fixed-percent", value: "50" });
		const before = ids(world);
		expect(before).toHaveLength(2);
		for (let index = 4; index < 8; index++) world.setPod(pod(`w${index}`));
		await world.settleLater();
		expect(ids(world)).toHaveLength(4);
		expect(ids(world).slice(0, 2)).toEqual(before);
		for (const key of [...world.pods.keys()]) if (!ids(world).includes(key)) world.pods.delete(key);
		await world.settleLater();
		expect(ids(world)).toHaveLength(4);
	});

	it("do not draw another share each time", async () => {
		const world = await following(web(8), { mode: "random-max-percent", value: "90" });
		const before = ids(world);
		for (let round = 0; round < 10; round++) {
			world.setPod(pod("w0", { metadata: { labels: { app: "web", round: String(round) } } }));
			world.setPod(pod(`gone-${round}`, { status: { phase: "Pending" } }));
			world.restart();
			await world.settleLater();
		}
		expect(ids(world)).toEqual(before);
	});
});

describe("those that still recover", () => {
	/** A world with a and b hit, in which both are relabelled, their nodes do not take the fault out, and c and d come. */
	async function recovering(start: (world: TestWorld) => void, spec: object = {}): Promise<TestWorld> {
		const world = await following(two(), spec);
		start(world);
		world.onRecover = () => ({ status: "failed", message: "busy" });
		world.setPod(unmatched("a"));
		world.setPod(unmatched("b", { nodeName: "node-2" }));
		for (const name of ["c", "d"]) world.setPod(pod(name, node3));
		await world.settleLater();
		return world;
	}
	const freed = async (world: TestWorld): Promise<void> => {
		world.onRecover = () => ({ status: "recovered" });
		world.clock += 60_000;
		await world.settle();
		await world.settleLater();
	};
	const atMost = (maxTargets: number) => (world: TestWorld) => {
		world.guardRails = [{ title: "R", spec: { maxTargets } }];
	};

	it("count for guard rails, so that who comes waits for them", async () => {
		const world = await recovering(atMost(2));
		expect(ids(world)).toEqual(["shop/a", "shop/b"]);
		expect(world.on("node-3")).toEqual([]);
		expect(world.condition("Limited")?.message).toBe(
			'2 pods more match and are not hit (shop/c, shop/d): 3 pods would be hit, more than 2; use mode "fixed" with a smaller value, ' +
				"or a narrower selector (maxTargets of R); 2 pods (shop/a, shop/b) are no targets any more and still recover",
		);
		await freed(world);
		expect(ids(world)).toEqual(["shop/c", "shop/d"]);
		expect(allInjected(world)).toBe(true);
		expect(world.condition("Limited")?.status).toBe("False");
	});

	it("leave room for as many as are allowed besides, and for all once they are gone with their pods", async () => {
		const world = await recovering(atMost(3));
		expect(ids(world)).toEqual(["shop/a", "shop/b", "shop/c"]);
		expect(world.condition("Limited")?.message).toContain("(shop/d): 4 pods would be hit");
		for (const name of ["a", "b"]) world.pods.delete(`shop/${name}`);
		await world.settleLater();
		await world.settleLater();
		expect(ids(world)).toEqual(["shop/c", "shop/d"]);
	});

	it("count for modes that draw", async () => {
		const world = await recovering(() => undefined, { mode: "fixed", value: "2" });
		expect(ids(world)).toEqual(["shop/a", "shop/b"]);
		expect(world.condition("Limited")).toBeUndefined();
		await freed(world);
		expect(ids(world).sort()).toEqual(["shop/c", "shop/d"]);
	});

	it("do not hold up other workloads by the share of their own", async () => {
		const world = await recovering(() => undefined);
		expect(ids(world)).toHaveLength(4);
		const deployed = (name: string): Pod =>
			pod(name, { metadata: { labels: { app: "web" }, owner: { kind: "StatefulSet", name: "new" } } });
		world.guardRails = [{ title: "R", spec: { maxShare: 50 } }];
		for (const name of ["e", "f"]) world.setPod(deployed(name));
		await world.settleLater();
		expect(ids(world)).toContain("shop/e");
		expect(world.condition("Limited")?.message).toContain("(shop/f): 2 of the 2 pods of StatefulSet shop/new");
	});
});

describe("what is not allowed", () => {
	it("by guard rails is left out and said, until they allow it", async () => {
		const world = new TestWorld(two());
		world.guardRails = [{ title: 'GuardRails "production"', spec: { maxTargets: 3 } }];
		world.experiment = experiment({ metadata: { annotations: { [followAnnotation]: "true" } } });
		await world.settle();
		for (const name of ["c", "d"]) world.setPod(pod(name));
		await world.settleLater();
		expect(ids(world)).toEqual(["shop/a", "shop/b", "shop/c"]);
		const message =
			'1 pod more matches and is not hit (shop/d): 4 pods would be hit, more than 3; use mode "fixed" with a smaller value, or ' +
			'a narrower selector (maxTargets of GuardRails "production")';
		expect(world.condition("Limited")).toMatchObject({ status: "True", reason: "GuardRails", message });
		expect(world.condition("AllInjected")?.status).toBe("True");
		expect(world.announced.filter(({ reason }) => reason === "Limited")).toEqual([
			{ type: "Warning", reason: "Limited", message },
		]);
		await world.settleLater();
		expect(world.condition("Limited")?.message).toBe(message);
		world.restart();
		await world.settleLater();
		expect(world.announced.filter(({ reason }) => reason === "Limited")).toHaveLength(1);

		world.guardRails = [];
		await world.settleLater();
		expect(ids(world)).toHaveLength(4);
		expect(world.condition("Limited")?.status).toBe("False");
	});

	it("by guard rails that are younger than it is left out, and what is hit stays so", async () => {
		const world = await following();
		world.guardRails = [{ title: 'GuardRails "production"', spec: { namespaces: ["team-*"] } }];
		world.setPod(pod("c", node3));
		await world.settleLater();
		expect(ids(world)).toEqual(["shop/a", "shop/b"]);
		expect(allInjected(world)).toBe(true);
		expect(world.condition("Limited")?.message).toBe(
			"1 pod more matches and is not hit (shop/c): more than the guard rails allow: spec.selector.namespaces[0]: " +
				'"shop" may not be hit; hit "team-*" (namespaces of GuardRails "production")',
		);
	});

	it("for the time being is looked at again by itself, and said once", async () => {
		const world = await following();
		world.guardRails = [{ title: "R", spec: { windows: [{ from: "00:10", to: "02:00" }] } }];
		world.setPod(pod("c", node3));
		await world.settleLater();
		const lists = world.lists;
		await world.pass(8 * 60_000);
		expect(ids(world)).toEqual(["shop/a", "shop/b"]);
		expect(world.lists - lists).toBe(8);
		expect(world.announced.map(({ reason, message }) => `${reason} ${message}`)).toEqual([
			expect.stringMatching(/^Limited 1 pod .*nothing may begin at .*; the next window opens at 2026-01-01T00:10:00Z/),
		]);
		expect(world.condition("Limited")?.message).toBe(world.announced[0]?.message);
		await world.pass(3 * 60_000);
		expect(ids(world)).toEqual(["shop/a", "shop/b", "shop/c"]);
		expect(world.condition("Limited")?.status).toBe("False");
	});

	it("says something else when something else is in the way", async () => {
		const world = await following();
		world.guardRails = [{ title: "R", spec: { windows: [{ from: "00:10", to: "00:20" }] } }];
		world.setPod(pod("c", node3));
		await world.settleLater();
		await world.pass(11 * 60_000);
		expect(world.condition("Limited")?.message).toContain("the window closes at 2026-01-01T00:20:00Z");
		await world.pass(10 * 60_000);
		expect(world.condition("Limited")?.message).toContain("the next window opens at 2026-01-02T00:10:00Z");
		expect(ids(world)).toEqual(["shop/a", "shop/b"]);
	});

	it("by a share is looked at again too: others may have come beside them", async () => {
		const of = (name: string, app: string) =>
			pod(name, { metadata: { labels: { app }, owner: { kind: "StatefulSet", name: "web" } } });
		const world = await following([of("a", "web"), of("x", "other")]);
		world.guardRails = [{ title: "R", spec: { maxShare: 50 } }];
		world.setPod(of("b", "web"));
		await world.settleLater();
		expect(world.condition("Limited")?.message).toContain("2 of the 3 pods");
		world.setPod(of("y", "other"));
		await world.pass(60_000);
		expect(ids(world)).toEqual(["shop/a", "shop/b"]);
	});

	it("by the share of one workload leaves others be", async () => {
		const of = (workload: string, name: string) =>
			pod(name, { metadata: { labels: { app: "web" }, owner: { kind: "StatefulSet", name: workload } } });
		const world = new TestWorld([of("one", "a"), of("one", "b"), of("two", "x")]);
		world.experiment = experiment({
			metadata: { annotations: { [followAnnotation]: "true", [limitPercentAnnotation]: "60" } },
			spec: { selector: { labelSelectors: { app: "web" }, expressionSelectors: [{ key: "hit", operator: "Exists" }] } },
		});
		const hit = (workload: string, name: string): void => {
			const one = of(workload, name);
			world.setPod({ ...one, metadata: { ...one.metadata, labels: { app: "web", hit: "" } } });
		};
		hit("one", "a");
		await world.settle();
		hit("one", "b");
		for (const name of ["y", "z"]) world.setPod(of("two", name));
		hit("two", "x");
		await world.settleLater();
		expect(ids(world)).toEqual(["shop/a", "shop/x"]);
		expect(world.condition("Limited")?.message).toBe(
			"1 pod more matches and is not hit (shop/b): 2 of the 2 pods of StatefulSet shop/one would be hit, and the annotation " +
				`${limitPercentAnnotation} is "60"`,
		);
	});

	it.each([
		["2", '3 pods would be hit, and the annotation pulumi-chaos.io/limit-targets is "2"'],
		["few", '3 pods would be hit, and the annotation pulumi-chaos.io/limit-targets is "few"'],
	])("by the experiment's own limit of %s is left out", async (limit, words) => {
		const world = await following();
		world.annotate({ [followAnnotation]: "true", [limitTargetsAnnotation]: limit });
		world.setPod(pod("c", node3));
		await world.settleLater();
		expect(ids(world)).toEqual(["shop/a", "shop/b"]);
		expect(world.condition("Limited")?.message).toContain(words);
	});
});

describe("two sides", () => {
	it("tell each other of whoever comes and goes", async () => {
		const world = await following([pod("a"), db("x", "10.1.0.7")], { target });
		world.setPod(db("y", "10.1.0.8"));
		await world.settleLater();
		await world.settleLater();
		expect(peersOf(world, "a").at(-1)).toEqual(["10.1.0.7", "10.1.0.8"]);
		world.setPod(unmatched("x", { nodeName: "node-2" }));
		await world.settleLater();
		await world.settleLater();
		expect(peersOf(world, "a").at(-1)).toEqual(["10.1.0.8"]);
		expect(ids(world)).toEqual(["shop/a", "shop/y"]);
		expect(allInjected(world)).toBe(true);
	});

	it("count a pod once that is on both", async () => {
		const world = await following(two(), { target: { mode: "all", selector: { labelSelectors: { app: "web" } } } });
		world.guardRails = [{ title: "R", spec: { maxTargets: 3 } }];
		world.setPod(pod("c", node3));
		await world.settleLater();
		const on = (key: string): string[] => world.records.filter((one) => one.selectorKey === key).map(({ id }) => id);
		expect([on("."), on(".Target")]).toEqual(Array(2).fill(["shop/a", "shop/b", "shop/c"]));
		expect(world.condition("Limited")).toBeUndefined();
		world.setPod(pod("d", node3));
		await world.settleLater();
		expect(world.condition("Limited")?.message).toContain(
			"1 pod more matches and is not hit (shop/d): 4 pods would be hit, more than 3",
		);
	});

	it("hit nobody new while one of them has nobody, and never everybody", async () => {
		const world = await following([pod("a"), db("x", "10.1.0.7")], { target });
		world.pods.delete("shop/x");
		world.setPod(pod("c", node3));
		await world.settleLater();
		expect(ids(world)).toEqual(["shop/a"]);
		expect(peersOf(world, "a")).toHaveLength(1);
		world.setPod(db("y", "10.1.0.8"));
		await world.settleLater();
		await world.settleLater();
		expect(ids(world).sort()).toEqual(["shop/a", "shop/c", "shop/y"]);
		expect(peersOf(world, "a").at(-1)).toEqual(["10.1.0.8"]);
		expect(peersOf(world, "c")).toEqual([["10.1.0.8"]]);
	});
});
