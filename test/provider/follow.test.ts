import { describe, expect, it } from "vitest";
import type { Experiment } from "../../api/experiment.ts";
import { followAnnotation, limitPercentAnnotation, limitTargetsAnnotation } from "../../api/names.ts";
import { unknownValue } from "../../provider/lifecycle/engine-protocol.ts";
import type { ExperimentInputs, ExperimentState } from "../../provider/lifecycle/state.ts";
import { ownedPod } from "../support/fake-surroundings.ts";
import { said, status, target } from "../support/statuses.ts";
import { inputs, World } from "./world.ts";

const key = "default/cut-1a2b3c4d";
const following = (more: Partial<ExperimentInputs> = {}) => inputs({ follow: true, ...more });

async function created(more: Partial<ExperimentInputs> = {}): Promise<{ world: World; state: ExperimentState }> {
	const world = new World();
	const { outs } = await world.handlers.experiment.create(following(more));
	return { world, state: outs };
}

const annotations = (world: World): Record<string, string | undefined> =>
	world.cluster.objects.get(key)?.metadata.annotations ?? {};

const inPlace = [said("Selected", true, "Selected"), said("AllInjected", true, "Injected")];

describe("follow", () => {
	it("becomes an annotation, with the limit that holds for whoever comes", async () => {
		const { world } = await created({ limit: { targets: 5, percent: 100 } });
		expect(annotations(world)).toMatchObject({
			[followAnnotation]: "true",
			[limitTargetsAnnotation]: "5",
			[limitPercentAnnotation]: "100",
		});
		const other = new World();
		await other.handlers.experiment.create(inputs({ limit: { targets: 5 } }));
		expect(annotations(other)).not.toHaveProperty([followAnnotation]);
		expect(annotations(other)).not.toHaveProperty([limitTargetsAnnotation]);
	});

	it("is switched on and off in place, and so is its limit", async () => {
		const { world, state } = await created({ limit: { targets: 5 } });
		const { experiment } = world.handlers;
		expect(experiment.diff(key, state, inputs({ limit: { targets: 5 } }))).toEqual({ changes: true });
		const off = (await experiment.update(key, state, inputs())).outs;
		expect(off.uid).toBe("uid-1");
		expect(annotations(world)).not.toHaveProperty([followAnnotation]);
		expect(annotations(world)).not.toHaveProperty([limitTargetsAnnotation]);
		const on = (await experiment.update(key, off, following({ limit: { targets: 7 } }))).outs;
		expect(on.uid).toBe("uid-1");
		expect(annotations(world)).toMatchObject({ [followAnnotation]: "true", [limitTargetsAnnotation]: "7" });
	});

	it("is a switch, and none of what is done once", async () => {
		const check = async (more: object) =>
			(await new World().handlers.experiment.check(undefined, { ...inputs(), ...more })).failures.map(
				({ reason }) => reason,
			);
		expect(await check({ follow: true })).toEqual([]);
		expect(await check({ follow: unknownValue })).toEqual([]);
		expect(await check({ follow: "yes" })).toEqual(['follow: "yes" is not true or false']);
		const selector = { labelSelectors: { app: "front" } };
		for (const action of ["pod-kill", "container-kill"]) {
			const spec = {
				action,
				mode: "all",
				selector,
				...(action === "container-kill" && { containerNames: ["server"] }),
			};
			expect(await check({ kind: "PodChaos", spec, follow: true })).toEqual([
				"follow: true does not go with what is done once and can't be undone; leave follow out",
			]);
		}
		expect(
			await check({ kind: "PodChaos", spec: { action: "pod-failure", mode: "all", selector }, follow: true }),
		).toEqual([]);
	});

	it("is said at the preview", async () => {
		const world = new World();
		await world.handlers.experiment.check(undefined, following());
		expect(world.said[0]).toMatch(/would hit 1 of 2 pods .*; pods that match later are hit too$/);
	});

	it("holds a plan only until the experiment is made", async () => {
		const { world, state } = await created({ previewed: ["default/front-1"] });
		world.cluster.surroundings.pods.push(ownedPod("front-2"));
		const again = await world.handlers.experiment.update(key, state, following({ previewed: ["default/front-1"] }));
		expect(again.outs.uid).toBe("uid-1");
	});

	it("has targets that come and go without a word, and without a drift", async () => {
		const { world, state } = await created();
		const leaving = target("shop/front-1", { leaves: true, phase: "Injected/Wait" });
		world.cluster.setStatus(key, status(inPlace, [leaving, target("shop/front-2"), target("shop/front-3")]));
		const read = await world.handlers.experiment.read(key, state);
		const seen = read.props as ExperimentState;
		expect(seen).toEqual({ ...state, targets: ["shop/front-2", "shop/front-3"] });
		expect(read.inputs).toEqual(following());
		expect(world.said).toEqual([]);
		expect(world.handlers.experiment.diff(key, seen, following())).toEqual({ changes: false });
	});

	it("takes pods that are on their way in, and peers that are told of them, for no drift", async () => {
		const { world, state } = await created();
		const growing = [said("Selected", true, "Selected"), said("AllInjected", false, "Injecting", "1 of 3")];
		const fresh = target("shop/front-2", { phase: "Not Injected/Wait", injectedCount: 0 });
		const told = target("shop/back-1", { phase: "Not Injected/Wait", reason: "Injecting" });
		world.cluster.setStatus(key, status(growing, [target("shop/front-1"), fresh, told]));
		expect((await world.handlers.experiment.read(key, state)).props).toMatchObject({ phase: "Injected", message: "" });
		expect(world.said).toEqual([]);
		const stuck = said("AllInjected", false, "NodeUnavailable", "node-1 is silent");
		world.cluster.setStatus(key, status([stuck], [target("shop/front-1"), fresh]));
		expect((await world.handlers.experiment.read(key, state)).props).toMatchObject({ phase: "Injecting" });
		expect(world.said).toHaveLength(1);
	});

	it("says in its message who is left out, which is no drift either", async () => {
		const { world, state } = await created();
		const out = "1 pod more matches and is not hit (shop/d): 4 pods would be hit, more than 3";
		world.cluster.setStatus(
			key,
			status([...inPlace, said("Limited", true, "GuardRails", out)], [target("shop/front-1")]),
		);
		const { props } = await world.handlers.experiment.read(key, state);
		expect(props).toMatchObject({ phase: "Injected", message: out });
		expect(world.said).toEqual([]);
		world.cluster.setStatus(
			key,
			status([...inPlace, said("Limited", false, "Running", "nobody is left out")], [target("shop/front-1")]),
		);
		expect((await world.handlers.experiment.read(key, state)).props).toMatchObject({ message: "" });
	});

	it("tells that somebody has taken it off, and up puts it back", async () => {
		const { world, state } = await created();
		await world.cluster.patch(
			{ plural: "networkchaos", namespace: "default", name: state.name },
			{ annotations: { [followAnnotation]: null } },
		);
		const { props } = await world.handlers.experiment.read(key, state);
		expect(props).toMatchObject({
			phase: "Edited",
			message: `somebody has edited it: annotation ${followAnnotation} is absent and should be "true"`,
		});
		await world.handlers.experiment.update(key, props as ExperimentState, following());
		expect(annotations(world)[followAnnotation]).toBe("true");
	});

	it("is taken over only where the object says it too", async () => {
		const world = new World();
		const made = { apiVersion: "", kind: "NetworkChaos", spec: inputs().spec };
		world.cluster.add({ ...made, metadata: { name: "cut", annotations: { [followAnnotation]: "true" } } });
		const adopting = inputs({ name: "cut", adopt: true });
		await expect(world.handlers.experiment.create(adopting)).rejects.toThrow("follow is true there and false here");
		expect((await world.handlers.experiment.create({ ...adopting, follow: true })).outs.uid).toBe("uid-1");
	});

	it("does not fail at its end because a pod came too late for the last of it", async () => {
		const { world, state } = await created();
		const late = target("shop/front-2", { phase: "Not Injected", injectedCount: 0 });
		const over = status([said("Expired", true, "Expired")], [target("shop/front-1"), late]);
		world.cluster.reconcile = (experiment: Experiment) => {
			experiment.status = over;
		};
		const { outs } = await world.handlers.experiment.update(key, state, following({ reason: "x" }));
		expect(outs.phase).toBe("Finished");
	});
});
