import { describe, expect, it } from "vitest";
import type { Experiment, ExperimentSpec } from "../../api/experiment.ts";
import { pauseAnnotation } from "../../api/names.ts";
import type { Plan } from "../../api/plan.ts";
import { planPod } from "../../faults/pod/plan.ts";
import { podChaos } from "../../faults/pod/spec.ts";
import { pod } from "./pods.ts";
import { experiment, TestWorld, two } from "./world.ts";

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
