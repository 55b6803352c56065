import { describe, expect, it } from "vitest";
import type { Experiment } from "../../api/experiment.ts";
import { ownerAnnotation } from "../../api/names.ts";
import type { ExperimentInputs, ExperimentState } from "../../provider/lifecycle/state.ts";
import { injected, said, status, target } from "../support/statuses.ts";
import { inputs, World } from "./world.ts";

const key = "default/cut-1a2b3c4d";

async function created(more: Partial<ExperimentInputs> = {}): Promise<{ world: World; state: ExperimentState }> {
	const world = new World();
	const { outs } = await world.handlers.experiment.create(inputs(more));
	return { world, state: outs };
}

const update = async (world: World, state: ExperimentState, news = inputs()): Promise<ExperimentState> =>
	(await world.handlers.experiment.update(key, state, news)).outs;

describe("update", () => {
	it("asks for a lost fault to be put back, and waits until the controller has acted on that", async () => {
		const { world, state } = await created();
		const lost = status([said("FaultLost", true, "FaultLost", "gone")], [target("shop/front-1")]);
		world.cluster.setStatus(key, { ...lost, reinjected: "earlier" });
		let asked: string | undefined;
		world.cluster.reconcile = (experiment: Experiment) => {
			asked = experiment.metadata.annotations?.["pulumi-chaos.io/reinject"];
			const back = injected(experiment);
			if (back) setTimeout(() => world.cluster.setStatus(key, back), 40);
		};
		expect(await update(world, { ...state, phase: "Lost" })).toMatchObject({ uid: "uid-1", phase: "Injected" });
		expect(asked).toMatch(/^\d{4}-/);
	});

	it("does not take an old status for the answer", async () => {
		const { world, state } = await created();
		const stale = status([said("AllInjected", true, "Injected"), said("FaultLost", true, "FaultLost", "gone")]);
		world.cluster.setStatus(key, stale);
		world.cluster.reconcile = () => {};
		await expect(update(world, { ...state, phase: "Lost" })).rejects.toThrow("after 1s");
	});

	it("chooses targets anew when one is gone for good", async () => {
		const { world, state } = await created();
		world.cluster.setStatus(key, status([said("TargetGone", true, "TargetGone", "the pod was deleted")]));
		expect(await update(world, { ...state, phase: "Target gone" })).toMatchObject({ uid: "uid-2", phase: "Injected" });
	});

	it("makes an object anew that is gone", async () => {
		const { world, state } = await created();
		world.cluster.letGo(key);
		expect(await update(world, state)).toMatchObject({ uid: "uid-2", phase: "Injected" });
	});

	it("pauses and goes on in place", async () => {
		const { world, state } = await created();
		const paused = await update(world, state, inputs({ paused: true, phase: "Paused" }));
		expect(paused).toMatchObject({ uid: "uid-1", phase: "Paused" });
		expect(await update(world, paused)).toMatchObject({ uid: "uid-1", phase: "Injected" });
	});

	it("writes a new owner and scope on the object that the state knows", async () => {
		const { world, state } = await created();
		await update(world, state, inputs({ owner: "shop/renamed/x", scope: "fedcba9876543210" }));
		expect(world.cluster.objects.get(key)?.metadata).toMatchObject({
			uid: "uid-1",
			labels: { "pulumi-chaos.io/scope": "fedcba9876543210" },
			annotations: { "pulumi-chaos.io/owner": "shop/renamed/x" },
		});
	});

	it("goes on when that new owner was written already, and refuses what a third one has taken over", async () => {
		const { world, state } = await created();
		const object = world.cluster.objects.get(key);
		const belongTo = (owner: string): void => {
			if (object) object.metadata.annotations = { ...object.metadata.annotations, [ownerAnnotation]: owner };
		};
		belongTo("shop/renamed/x");
		expect((await update(world, state, inputs({ owner: "shop/renamed/x" }))).uid).toBe("uid-1");
		belongTo("shop/prod/x");
		await expect(update(world, state, inputs({ owner: "shop/renamed/x" }))).rejects.toThrow(
			'belongs to the Pulumi resource "shop/prod/x", not to "shop/renamed/x"',
		);
	});

	it("leaves a finished experiment finished", async () => {
		const { world, state } = await created();
		world.cluster.setStatus(key, status([said("Expired", true, "Expired")], [target("shop/front-1")]));
		expect(await update(world, state, inputs({ timeout: "2s" }))).toMatchObject({ uid: "uid-1", phase: "Finished" });
	});

	it("fails with the reason while a fault whose time is over does not go", async () => {
		const { world, state } = await created();
		const conditions = [
			said("Expired", true, "Expired"),
			said("Unrecoverable", true, "RecoverFailed", "recovery keeps failing on shop/front-1: node-1 is silent"),
		];
		world.cluster.setStatus(key, status(conditions, [target("shop/front-1", { phase: "Injected/Wait" })]));
		await expect(update(world, { ...state, phase: "Unrecoverable" })).rejects.toThrow(
			"recovery keeps failing on shop/front-1: node-1 is silent",
		);
	});

	it("refuses an object that somebody else has made in its place", async () => {
		const { world, state } = await created();
		world.cluster.letGo(key);
		world.cluster.add({ apiVersion: "", kind: "NetworkChaos", metadata: { name: state.name }, spec: {} });
		await expect(update(world, state)).rejects.toThrow("belongs to no Pulumi resource");
	});
});
