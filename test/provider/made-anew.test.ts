import { beforeEach, describe, expect, it } from "vitest";
import { previewedAnnotation } from "../../api/names.ts";
import { ApiError } from "../../provider/cluster/cluster.ts";
import type { ExperimentInputs, ExperimentState } from "../../provider/lifecycle/state.ts";
import { marksOf } from "../../selection/previewed.ts";
import { ownedPod } from "../support/fake-surroundings.ts";
import { injected, said, status, target } from "../support/statuses.ts";
import { inputs, World } from "./world.ts";

const key = "default/cut-1a2b3c4d";
const title = `NetworkChaos "${key}"`;
const gone = status([said("TargetGone", true, "TargetGone", "the pod is gone")], [target("default/front-1")]);
const line = `${title} would hit 3 of 4 pods in namespace default: Deployment default/front 3 of 3 (100 %); on node n1 (3); in zone a (3)`;
const three = ["default/front-2", "default/front-3", "default/front-4"];

let world: World;
let state: ExperimentState;

beforeEach(() => {
	world = new World();
});

/** Makes an experiment of one pod; then three others are in the place of that. */
async function made(more: Partial<ExperimentInputs> = {}): Promise<void> {
	const { inputs: checked } = await world.handlers.experiment.check(undefined, inputs(more));
	state = (await world.handlers.experiment.create(checked)).outs;
	world.cluster.surroundings.pods = [...three.map((id) => ownedPod(id.slice(8))), ownedPod("back-1")];
	world.said.length = 0;
	world.cluster.requests.length = 0;
}

/** What `check` makes of an experiment whose last inputs differ from those as it was made. */
async function check(olds: Partial<ExperimentInputs>, more: Partial<ExperimentInputs> = {}) {
	const answer = await world.handlers.experiment.check({ ...state, ...olds }, inputs(more));
	return { checked: answer.inputs, reasons: answer.failures.map(({ reason }) => reason) };
}

async function update(more: Partial<ExperimentInputs> = {}): Promise<ExperimentState> {
	state = (await world.handlers.experiment.update(key, state, inputs(more))).outs;
	return state;
}

const marks = () => world.cluster.objects.get(key)?.metadata.annotations?.[previewedAnnotation];
const changes = () => world.cluster.requests.filter((request) => !/^(get|follow|guard)/.test(request));

describe("the preview of an experiment that is in the state", () => {
	it.each<[string, ExperimentInputs["phase"], () => void]>([
		["a target is gone", "Target gone", () => world.cluster.setStatus(key, gone)],
		[
			"it was edited",
			"Edited",
			() => {
				const object = world.cluster.objects.get(key);
				if (object) object.spec = { ...object.spec, mode: "one" };
			},
		],
		[
			"a probe has kept it from beginning",
			"Not started",
			() => world.cluster.setStatus(key, status([said("AllInjected", false, "ProbeFailed", "not well")])),
		],
	])(
		"says whom it will hit when %s, and holds it to its limit and the stack's guard rails",
		async (_, phase, change) => {
			await made();
			change();
			const { checked, reasons } = await check({ phase });
			expect({ reasons, previewed: checked.previewed, said: world.said }).toEqual({
				reasons: [],
				previewed: three,
				said: [line],
			});
			expect((await check({ phase }, { limit: { targets: 1 } })).reasons).toEqual([
				"limit.targets: 1 is less than the 3 pods that would be hit (default/front-2, default/front-3, default/front-4); select fewer, or allow more",
			]);
			expect((await check({ phase }, { guardRails: { kinds: ["StressChaos"], maxTargets: 2 } })).reasons).toHaveLength(
				2,
			);
		},
	);

	it("says it when only something else has changed, and the object is not there", async () => {
		await made();
		world.cluster.letGo(key);
		expect((await check({}, { reason: "game day" })).checked.previewed).toEqual(three);
		expect(world.said).toEqual([line]);
	});

	it("asks nothing of the cluster when there is nothing to do", async () => {
		await made();
		world.cluster.letGo(key);
		await check({});
		expect(world.cluster.requests).toEqual([]);
		expect(world.said).toEqual([]);
	});

	it("says nothing of one that is put back in place, or of which the cluster does not answer", async () => {
		await made();
		const lost = said("FaultLost", true, "FaultLost", "taken out");
		world.cluster.setStatus(key, status([lost], [target("default/front-1")]));
		expect((await check({ phase: "Lost" }, { limit: { targets: 1 } })).reasons).toEqual([]);
		world.cluster.failures.set("get", new ApiError(0, "connect ECONNREFUSED"));
		expect((await check({ phase: "Target gone" }, { limit: { targets: 1 } })).reasons).toEqual([]);
		expect(world.said).toEqual([]);
	});
});

describe("up that makes an experiment anew", () => {
	it("refuses more than its limit before anything is taken out", async () => {
		await made();
		world.cluster.setStatus(key, gone);
		await expect(update({ limit: { targets: 1 } })).rejects.toThrow(
			`${title} was not made: limit.targets: 1 is less than the 3 pods that would be hit`,
		);
		expect(changes()).toEqual([]);
	});

	it("refuses a cluster that is not the environment of the stack", async () => {
		await made();
		world.cluster.letGo(key);
		world.cluster.rails = [{ metadata: { name: "production", uid: "x" }, spec: { environment: "prod" } }];
		await expect(update({ environment: "dev", reason: "game day" })).rejects.toThrow(
			/^this stack is for the environment "dev" .* is "prod" .* nothing was created/,
		);
		expect(changes()).toEqual([]);
	});

	it("says whom it hits when no preview has, and has the controller hold itself to them", async () => {
		await made();
		world.cluster.setStatus(key, gone);
		expect((await update()).uid).toBe("uid-2");
		expect(world.said).toEqual([line]);
		expect(marks()).toBe(marksOf(three));
	});

	it("refuses whoever has come since the preview, and says nothing twice", async () => {
		await made();
		world.cluster.setStatus(key, gone);
		await expect(update({ previewed: three.slice(1) })).rejects.toThrow(
			`${title} was not made: it would hit "default/front-2", who was not among those previewed`,
		);
		expect(changes()).toEqual([]);
		await update({ previewed: three });
		expect(marks()).toBe(marksOf(three));
		expect(world.said).toEqual([]);
	});

	it("goes on without a look where that is not allowed, unless a limit wants one", async () => {
		await made();
		world.cluster.letGo(key);
		world.cluster.surroundings.failure = new ApiError(403, 'User "ci" cannot list resource "pods"');
		await expect(update({ limit: { targets: 9 } })).rejects.toThrow(/no rights: User "ci" cannot list resource "pods"/);
		await update();
		expect(marks()).toBeUndefined();
		expect(world.said.at(-1)).toContain("would hit pods that are not known yet");
	});

	it("has the controller hold itself to whom it finds the second time, after it was refused and taken back", async () => {
		await made();
		world.cluster.letGo(key);
		const well = world.cluster.reconcile;
		world.cluster.reconcile = (experiment) => {
			experiment.status = status([said("Selected", false, "NotPreviewed", "others would be hit")]);
		};
		await expect(update({ previewed: three })).rejects.toThrow(`${title} was not made: others would be hit`);
		expect(world.cluster.objects.size).toBe(0);
		world.cluster.reconcile = well;
		world.cluster.surroundings.pods.push(ownedPod("front-5"));
		await update();
		expect(marks()).toBe(marksOf([...three, "default/front-5"]));
	});

	it("does so too of one that was taken over", async () => {
		await made();
		world.cluster.setStatus(key, gone);
		await expect(update({ adopt: true, limit: { targets: 1 } })).rejects.toThrow("limit.targets: 1 is less");
	});
});

describe("an experiment that has yet to choose whom it hits", () => {
	/** A controller that chooses nobody while a fault is paused. */
	const choosesLater = (): void => {
		world.cluster.reconcile = (experiment) => {
			const now = injected(experiment);
			const isPaused = experiment.metadata.annotations?.["experiment.chaos-mesh.org/pause"] === "true";
			if (now) experiment.status = isPaused ? status(now.conditions ?? []) : now;
		};
	};

	it("is held to those who are there when its pause ends, and the preview says who", async () => {
		choosesLater();
		await made({ paused: true });
		expect(marks()).toBe(marksOf(["default/front-1"]));
		const { checked } = await check({ paused: true, phase: "Paused" });
		expect(checked.previewed).toEqual(three);
		expect(world.said).toEqual([line]);
		await update({ previewed: three });
		expect(marks()).toBe(marksOf(three));
		expect(state.uid).toBe("uid-1");
	});

	it("gets no other marks while it stays paused, or when it has chosen", async () => {
		choosesLater();
		await made({ paused: true });
		await update({ paused: true, phase: "Paused", reason: "game day" });
		expect(marks()).toBe(marksOf(["default/front-1"]));
		await update({ previewed: three });
		world.cluster.surroundings.pods.push(ownedPod("front-5"));
		await update({ reason: "game day" });
		expect(marks()).toBe(marksOf(three));
	});

	it("hits whoever comes when it follows its selector from then on", async () => {
		choosesLater();
		await made({ paused: true });
		await update({ follow: true });
		expect(marks()).toBeUndefined();
	});

	it("is made anew when the controller has refused whom it would hit", async () => {
		await made();
		world.cluster.setStatus(key, status([said("Selected", false, "NotPreviewed", "others would be hit")]));
		expect((await update()).uid).toBe("uid-2");
		expect(marks()).toBe(marksOf(three));
	});
});
