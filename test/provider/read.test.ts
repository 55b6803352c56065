import { describe, expect, it } from "vitest";
import type { Experiment } from "../../api/experiment.ts";
import {
	ownerTeamAnnotation,
	pauseAnnotation,
	reasonAnnotation,
	reinjectAnnotation,
	scopeLabel,
	seedAnnotation,
} from "../../api/names.ts";
import { ApiError } from "../../provider/cluster/cluster.ts";
import { seedOf } from "../../provider/lifecycle/seed.ts";
import type { ExperimentInputs, ExperimentState } from "../../provider/lifecycle/state.ts";
import { ownedPod } from "../support/fake-surroundings.ts";
import { said, status, target } from "../support/statuses.ts";
import { inputs, World } from "./world.ts";

const key = "default/cut-1a2b3c4d";

const place = { plural: "networkchaos", namespace: "default", name: "cut-1a2b3c4d" };

async function created(more: Partial<ExperimentInputs> = {}): Promise<{ world: World; state: ExperimentState }> {
	const world = new World();
	const { outs } = await world.handlers.experiment.create(inputs(more));
	return { world, state: outs };
}

const annotated =
	(annotations: Record<string, string>) =>
	({ metadata }: Experiment): void => {
		metadata.annotations = { ...metadata.annotations, ...annotations };
	};

describe("read", () => {
	it("finds everything as it was", async () => {
		const { world, state } = await created();
		expect(await world.handlers.experiment.read(key, state)).toEqual({ id: key, props: state, inputs: inputs() });
		expect(world.said).toEqual([]);
	});

	it("says a lost fault in words, once, and up still sees it", async () => {
		const { world, state } = await created();
		const lost = said("FaultLost", true, "FaultLost", "shop/front-1: the table is gone");
		world.cluster.setStatus(key, status([lost], [target("shop/front-1", { phase: "Not Injected" })]));

		const first = await world.handlers.experiment.read(key, state);
		expect(first.props).toEqual({ ...state, phase: "Lost", message: "shop/front-1: the table is gone" });
		expect(first.inputs).toEqual(inputs({ phase: "Lost" }));
		expect(world.said).toEqual([
			`NetworkChaos "${key}" is not "Injected" but "Lost": shop/front-1: the table is gone; "pulumi up" puts it back`,
		]);
		const { experiment } = world.handlers;
		const seen = first.props as ExperimentState;
		expect(experiment.diff(key, seen, inputs())).toEqual({ changes: true });

		expect(await experiment.read(key, seen)).toEqual(first);
		expect(world.said).toHaveLength(1);
		expect(experiment.diff(key, seen, inputs({ phase: "Lost" }))).toEqual({ changes: false });
		expect(experiment.diff(key, seen, (await experiment.check(inputs({ phase: "Lost" }), inputs())).inputs)).toEqual({
			changes: true,
		});
	});

	it("says that an emergency stop is on, and not that up would help", async () => {
		const { world, state } = await created();
		const stop =
			'an emergency stop is on (EmergencyStop "night"); the fault stays out of every target until it is deleted';
		const conditions = [said("Stopped", true, "EmergencyStop", stop), said("AllRecovered", true, "Recovered")];
		world.cluster.setStatus(key, status(conditions, [target("shop/front-1", { phase: "Not Injected" })]));
		const read = await world.handlers.experiment.read(key, state);
		expect(read).toMatchObject({ props: { phase: "Stopped", message: stop }, inputs: { phase: "Stopped" } });
		expect(world.said).toEqual([
			`NetworkChaos "${key}" is not "Injected" but "Stopped": ${stop}; it is injected again when that is over`,
		]);
	});

	it("takes a finished experiment for what was declared", async () => {
		const { world, state } = await created();
		world.cluster.setStatus(key, status([said("Expired", true, "Expired", "over")], [target("shop/front-1")]));
		const read = await world.handlers.experiment.read(key, state);
		expect(read).toMatchObject({ props: { phase: "Finished", message: "" }, inputs: { phase: "Injected" } });
		expect(world.said).toEqual([]);
	});

	it.each([
		["Unrecoverable", [said("Unrecoverable", true, "RecoverFailed", "node-1 is silent")], "node-1 is silent"],
		["Target gone", [said("TargetGone", true, "TargetGone", "the pod was deleted")], "the pod was deleted"],
		["No target", [said("Selected", false, "NoTarget", "nothing matches")], "nothing matches"],
		["Injecting", [said("AllInjected", false, "Injecting", "1 of 2")], "1 of 2"],
	] as const)("tells %s apart, once, and what follows", async (phase, conditions, message) => {
		const { world, state } = await created();
		world.cluster.setStatus(key, status([...conditions]));
		const { props } = await world.handlers.experiment.read(key, state);
		expect(props).toMatchObject({ phase, message });
		const follows = {
			Unrecoverable: '"pulumi up" fails until that has succeeded',
			"Target gone": '"pulumi up" makes it anew, with new targets and its whole duration',
			"No target": '"pulumi up" waits for it',
			Injecting: '"pulumi up" waits for it',
		};
		const sentence = `NetworkChaos "${key}" is not "Injected" but "${phase}": ${message}; ${follows[phase]}`;
		expect(world.said).toEqual([sentence]);
		await world.handlers.experiment.read(key, props as ExperimentState);
		expect(world.said).toEqual([sentence]);
	});

	it("says of a lost fault also that another target is gone", async () => {
		const { world, state } = await created();
		const conditions = [
			said("FaultLost", true, "FaultLost", "shop/front-1: the table is gone"),
			said("TargetGone", true, "TargetGone", "shop/front-2: the pod does not exist any more"),
		];
		world.cluster.setStatus(key, status(conditions, [target("shop/front-1", { phase: "Not Injected" })]));
		await world.handlers.experiment.read(key, state);
		expect(world.said).toEqual([
			`NetworkChaos "${key}" is not "Injected" but "Lost": shop/front-1: the table is gone; shop/front-2: the pod does not ` +
				'exist any more; "pulumi up" makes it anew, with new targets and its whole duration',
		]);
	});

	describe("a target that was replaced", () => {
		const gone = status(
			[said("TargetGone", true, "TargetGone", "default/front-1: the pod does not exist any more")],
			[target("default/front-1", { phase: "Not Injected", reason: "TargetGone" }), target("default/front-2")],
		);
		const pod = (name: string, creationTimestamp: string) => {
			const { metadata, ...rest } = ownedPod(name);
			return { metadata: { ...metadata, creationTimestamp }, ...rest };
		};

		it("is named with the pods that have come in its place and are not hit", async () => {
			const { world, state } = await created();
			world.cluster.setStatus(key, gone);
			world.cluster.surroundings.pods = [
				pod("front-0", "2025-12-31T00:00:00Z"),
				pod("front-2", "2026-01-01T00:00:09Z"),
				pod("front-3", "2026-01-01T00:00:09Z"),
				pod("back-1", "2026-01-01T00:00:09Z"),
			];
			const { props } = await world.handlers.experiment.read(key, state);
			expect(world.said).toEqual([
				`NetworkChaos "${key}" is not "Injected" but "Target gone": default/front-1: the pod does not exist any more; ` +
					'default/front-3 has come since and is not hit; "pulumi up" makes it anew, with new targets and its whole duration',
			]);
			world.cluster.surroundings.pods.push(pod("front-4", "2026-01-01T00:00:10Z"));
			const again = (await world.handlers.experiment.read(key, props as ExperimentState)).props as ExperimentState;
			expect(again.message).toContain("default/front-3, default/front-4 have come since and are not hit");
			expect(world.said).toHaveLength(1);
			expect(world.handlers.experiment.diff(key, again, inputs({ phase: "Target gone" }))).toEqual({ changes: false });
		});

		it("is named alone where pods may not be listed", async () => {
			const { world, state } = await created();
			world.cluster.setStatus(key, gone);
			world.cluster.surroundings.failure = new ApiError(403, "pods is forbidden");
			const { props } = await world.handlers.experiment.read(key, state);
			expect(props).toMatchObject({ message: "default/front-1: the pod does not exist any more" });
		});
	});

	describe("an object that somebody has edited", () => {
		const object = (world: World): Experiment => {
			const found = world.cluster.objects.get(key);
			if (!found) throw new Error("there is no object");
			return found;
		};

		async function edited(edit: (of: Experiment) => void): Promise<{ world: World; seen: ExperimentState }> {
			const { world, state } = await created({ reason: "game day" });
			edit(object(world));
			const { props, inputs: next } = await world.handlers.experiment.read(key, state);
			expect(props).toMatchObject({ phase: "Edited" });
			expect(next).toMatchObject({ phase: "Edited" });
			expect(world.said).toHaveLength(1);
			const seen = props as ExperimentState;
			expect((await world.handlers.experiment.read(key, seen)).props).toEqual(seen);
			expect(world.said).toHaveLength(1);
			const { experiment } = world.handlers;
			expect(experiment.diff(key, seen, inputs({ reason: "game day", phase: "Edited" }))).toEqual({ changes: false });
			expect(experiment.diff(key, seen, inputs({ reason: "game day" }))).toEqual({ changes: true });
			return { world, seen };
		}

		it("is told with each field, what it is and should be, and made anew by up", async () => {
			const { world, seen } = await edited((one) => {
				one.spec = { ...one.spec, mode: "fixed", value: "1", selector: { labelSelectors: { app: "back" } } };
			});
			expect(world.said).toEqual([
				`NetworkChaos "${key}" is not "Injected" but "Edited": somebody has edited it: mode is "fixed" and should be "all"; ` +
					'selector.labelSelectors.app is "back" and should be "front"; value is "1" and should be absent; ' +
					'"pulumi up" makes it anew, as it was declared',
			]);
			const { outs } = await world.handlers.experiment.update(key, seen, inputs({ reason: "game day" }));
			expect(outs).toMatchObject({ uid: "uid-2", phase: "Injected", message: "" });
			expect(object(world).spec).toEqual(inputs().spec);
		});

		it("is told by its labels and annotations, which up puts back in place", async () => {
			const { world, seen } = await edited(({ metadata }) => {
				metadata.labels = {};
				metadata.annotations = { ...metadata.annotations, [reasonAnnotation]: "mine", [seedAnnotation]: "7" };
			});
			const { scope } = inputs();
			expect(seen.message).toBe(
				`somebody has edited it: label ${scopeLabel} is absent and should be "${scope}"; annotation ${reasonAnnotation} is ` +
					`"mine" and should be "game day"; annotation ${seedAnnotation} is "7" and should be "${seedOf(inputs())}"`,
			);
			expect(world.said[0]).toMatch(/; "pulumi up" puts it back$/);
			const { outs } = await world.handlers.experiment.update(key, seen, inputs({ reason: "game day" }));
			expect(outs).toMatchObject({ uid: "uid-1", phase: "Injected", message: "" });
			expect(object(world).metadata.labels).toEqual({ [scopeLabel]: scope });
		});

		it("and whose fault is lost as well is told as lost, with both", async () => {
			const { world, state } = await created({ reason: "game day" });
			const lost = said("FaultLost", true, "FaultLost", "shop/front-1: the table is gone");
			world.cluster.setStatus(key, status([lost], [target("shop/front-1", { phase: "Not Injected" })]));
			object(world).metadata.annotations = { ...object(world).metadata.annotations, [reasonAnnotation]: "mine" };
			expect((await world.handlers.experiment.read(key, state)).props).toMatchObject({
				phase: "Lost",
				message: `shop/front-1: the table is gone; somebody has edited it: annotation ${reasonAnnotation} is "mine" and should be "game day"`,
			});
		});

		it.each<[string, (of: Experiment) => void]>([
			["defaults that the cluster filled in", (one) => Object.assign(one.spec, { direction: "to" })],
			["fields that say nothing", (one) => Object.assign(one.spec, { value: "", externalTargets: [] })],
			["labels and annotations of others", ({ metadata }) => Object.assign(metadata.labels ?? {}, { team: "shop" })],
			["an annotation for people of which the program says nothing", annotated({ [ownerTeamAnnotation]: "shop" })],
			["a request to put back what is lost", annotated({ [reinjectAnnotation]: "now" })],
		])("is not one with %s", async (_, edit) => {
			const { world, state } = await created({ reason: "game day" });
			edit(object(world));
			expect((await world.handlers.experiment.read(key, state)).props).toEqual(state);
			expect(world.said).toEqual([]);
		});

		it("is not one that is drawn by chance since somebody else made it", async () => {
			const { world, state } = await created();
			delete object(world).metadata.annotations?.[seedAnnotation];
			expect((await world.handlers.experiment.read(key, state)).props).toEqual(state);
		});
	});

	describe("a pause by hand", () => {
		it("is told by its annotation, and up takes it off", async () => {
			const { world, state } = await created();
			await world.cluster.patch(place, { annotations: { [pauseAnnotation]: "true" } });
			const { props } = await world.handlers.experiment.read(key, state);
			expect(world.said).toEqual([
				`NetworkChaos "${key}" is not "Injected" but "Paused": somebody has paused it, by setting the annotation ` +
					`${pauseAnnotation}; "pulumi up" takes it off and injects the fault again`,
			]);
			const { outs } = await world.handlers.experiment.update(key, props as ExperimentState, inputs());
			expect(outs).toMatchObject({ uid: "uid-1", phase: "Injected", message: "" });
		});

		it("that was taken off is told as well, and up sets it again", async () => {
			const { world, state } = await created({ paused: true, phase: "Paused" });
			await world.cluster.patch(place, { annotations: { [pauseAnnotation]: null } });
			const { props } = await world.handlers.experiment.read(key, state);
			expect(world.said).toEqual([
				`NetworkChaos "${key}" is not "Paused" but "Injected": somebody goes on with it, by taking off the annotation ` +
					`${pauseAnnotation}; "pulumi up" pauses it again`,
			]);
			const news = inputs({ paused: true, phase: "Paused" });
			expect((await world.handlers.experiment.update(key, props as ExperimentState, news)).outs.phase).toBe("Paused");
		});
	});

	it("says that somebody is deleting it", async () => {
		const { world, state } = await created();
		world.cluster.recovers = false;
		await world.cluster.delete(place, state.uid);
		const { props } = await world.handlers.experiment.read(key, state);
		expect(props).toMatchObject({ phase: "Recovering", message: "somebody is deleting it" });
		expect(world.said).toEqual([
			`NetworkChaos "${key}" is not "Injected" but "Recovering": somebody is deleting it; "pulumi up" waits until it is gone ` +
				"and makes it anew",
		]);
	});

	it("takes what is deleted out of the state, and says so", async () => {
		const { world, state } = await created();
		world.cluster.letGo(key);
		expect(await world.handlers.experiment.read(key, state)).toEqual({ id: "", props: {} });
		expect(world.said).toEqual([
			`NetworkChaos "${key}" is not in the cluster ${world.cluster.where} any more: somebody deleted it, and with it the ` +
				'fault was recovered; "pulumi up" injects it again',
		]);
	});

	it("takes what is another's by now out of the state, and says what to do", async () => {
		const { world, state } = await created();
		world.cluster.letGo(key);
		world.cluster.add({ apiVersion: "", kind: "NetworkChaos", metadata: { name: state.name }, spec: {} });
		expect(await world.handlers.experiment.read(key, state)).toEqual({ id: "", props: {} });
		expect(world.said).toEqual([
			`NetworkChaos "${key}" is not in the cluster ${world.cluster.where} any more: somebody deleted it and made another one ` +
				`of its name; "pulumi up" refuses to touch that until it is gone (kubectl -n default delete networkchaos ${state.name})`,
		]);
	});

	it("does not take silence for absence", async () => {
		const { world, state } = await created();
		world.cluster.failures.set("get", new ApiError(0, "connect ETIMEDOUT"));
		await expect(world.handlers.experiment.read(key, state)).rejects.toThrow(
			`can't read NetworkChaos "${key}" in the cluster ${world.cluster.where}: the API server can't be reached (connect ` +
				"ETIMEDOUT); check that the cluster is up and that the address is right",
		);
	});
});

it("lets go of what another resource has taken over, and says whose it is", async () => {
	const { world, state } = await created();
	const object = world.cluster.objects.get(key);
	if (object) object.metadata.annotations = { ["pulumi-chaos.io/owner"]: "shop/prod/x" };
	expect(await world.handlers.experiment.read(key, state)).toMatchObject({ id: "" });
	expect(world.said).toEqual([
		expect.stringMatching(
			/ in the cluster .* belongs to the Pulumi resource "shop\/prod\/x" by now; "pulumi up" refuses to touch it$/,
		),
	]);
});
