import { describe, expect, it } from "vitest";
import { reinjectAnnotation } from "../../api/names.ts";
import { pod } from "./pods.ts";
import { db, peersOf, target } from "./two-sides.ts";
import { experiment, idOf, injected, TestWorld, two } from "./world.ts";

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
