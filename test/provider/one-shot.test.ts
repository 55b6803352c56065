import { describe, expect, it } from "vitest";
import type { ExperimentState } from "../../provider/lifecycle/state.ts";
import { said, status, target } from "../support/statuses.ts";
import { inputs, World } from "./world.ts";

const key = "default/cut-1a2b3c4d";
const kill = inputs({
	kind: "PodChaos",
	spec: { action: "pod-kill", mode: "all", selector: { labelSelectors: { app: "front" } } },
});

async function killed(): Promise<{ world: World; state: ExperimentState }> {
	const world = new World();
	const { outs } = await world.handlers.experiment.create(kill);
	return { world, state: outs };
}

describe("what is done once", () => {
	it("is finished when it was done to every target", async () => {
		const { world, state } = await killed();
		expect(state).toMatchObject({ phase: "Finished", targets: ["shop/front-1"], message: "" });
		expect(world.cluster.requests[1]).toBe(`create podchaos ${key}`);
	});

	it("is waited for until then", async () => {
		const world = new World();
		world.cluster.reconcile = () => {};
		const creating = world.handlers.experiment.create(kill);
		const half = [said("Selected", true, "Selected"), said("AllInjected", false, "Injecting", "1 of 2")];
		setTimeout(() => world.cluster.setStatus(key, status(half, [target("shop/front-1")])), 20);
		const done = [target("shop/front-1"), target("shop/front-2")];
		setTimeout(() => world.cluster.setStatus(key, status([said("AllInjected", true, "Injected")], done)), 60);
		expect((await creating).outs.targets).toEqual(["shop/front-1", "shop/front-2"]);
	});

	it("stays quiet in refresh and up, also when a target is gone", async () => {
		const { world, state } = await killed();
		const { experiment } = world.handlers;
		const gone = said("TargetGone", true, "TargetGone", "the pod was deleted");
		world.cluster.setStatus(key, status([said("AllInjected", true, "Injected"), gone], [target("shop/front-1")]));
		const read = await experiment.read(key, state);
		expect(read).toEqual({ id: key, props: state, inputs: kill });
		expect(world.said).toEqual([]);
		expect(experiment.diff(key, read.props as ExperimentState, kill)).toEqual({ changes: false });
	});

	it("is not done again by an update of something else", async () => {
		const { world, state } = await killed();
		const { outs } = await world.handlers.experiment.update(key, state, { ...kill, timeout: "2s" });
		expect(outs).toMatchObject({ uid: "uid-1", phase: "Finished" });
	});

	it("is not finished when a target went before it could be hit", async () => {
		const { world, state } = await killed();
		const missed = said("TargetGone", true, "TargetGone", "the pod was deleted");
		world.cluster.setStatus(key, status([missed, said("AllInjected", false, "TargetGone", "gone")]));
		expect((await world.handlers.experiment.read(key, state)).props).toMatchObject({ phase: "Target gone" });
	});

	it("says what up does when somebody deleted the object", async () => {
		const { world, state } = await killed();
		world.cluster.letGo(key);
		expect(await world.handlers.experiment.read(key, state)).toEqual({ id: "", props: {} });
		expect(world.said).toEqual([
			`PodChaos "${key}" is not in the cluster ${world.cluster.where} any more: somebody deleted it; "pulumi up" does it once more`,
		]);
	});

	it("is a matter of the action: a pod-failure runs on", async () => {
		const world = new World();
		const spec = { ...kill.spec, action: "pod-failure" };
		expect((await world.handlers.experiment.create({ ...kill, spec })).outs.phase).toBe("Injected");
	});
});
