import { describe, expect, it } from "vitest";
import { followAnnotation } from "../../api/names.ts";
import type { Status } from "../../api/status.ts";
import type { ExperimentInputs, ExperimentState } from "../../provider/lifecycle/state.ts";
import { injected, said, status, target } from "../support/statuses.ts";
import { inputs, World } from "./world.ts";

const key = "default/cut-1a2b3c4d";
const title = `NetworkChaos "${key}"`;
const timed = (more: Partial<ExperimentInputs> = {}) => inputs({ spec: { ...inputs().spec, duration: "5m" }, ...more });
const over = said("Expired", true, "Expired", "over");
const never = target("shop/front-2", { injectedCount: 0, phase: "Not Injected" });

/** A create that fails with what its controller says at once; afterwards the controller is well. */
async function failed(seen: Status, more: Partial<ExperimentInputs> = {}) {
	const world = new World();
	world.cluster.reconcile = (experiment) => {
		experiment.status = seen;
	};
	const error: Error & { properties?: ExperimentState } = await world.handlers.experiment.create(timed(more)).then(
		() => new Error("create did not fail"),
		(thrown: Error) => thrown,
	);
	world.cluster.reconcile = (experiment) => {
		const status = injected(experiment);
		if (status && experiment.metadata.uid !== "uid-1") experiment.status = status;
	};
	return { world, error, state: error.properties as ExperimentState };
}

describe("an experiment whose time is over before anything was hit", () => {
	it.each([
		["no target was chosen", status([over])],
		["no node has answered", status([over], [never])],
	])("is made anew by the next up, since %s", async (_, seen) => {
		const { world, error, state } = await failed(seen);
		expect(error.message).toBe(
			`${title} is not injected: its duration of 5m was over before anything was hit. Nothing was injected. It stays in the ` +
				'state; "pulumi up" makes it anew',
		);
		expect(state.phase).toBe("Not started");
		const { outs } = await world.handlers.experiment.update(key, state, timed());
		expect(outs).toMatchObject({ uid: "uid-2", phase: "Injected" });
	});

	it("is said by refresh, and a drift", async () => {
		const { world, state } = await failed(status([over], [never]));
		const read = await world.handlers.experiment.read(key, { ...state, phase: "Injected" });
		expect(read).toMatchObject({ props: { phase: "Not started" }, inputs: { phase: "Not started" } });
		expect(world.said).toEqual([
			`${title} is not "Injected" but "Not started": its duration of 5m was over before anything was hit; "pulumi up" makes it anew`,
		]);
		expect(world.handlers.experiment.diff(key, read.props as ExperimentState, timed())).toEqual({ changes: true });
	});

	it("is as declared while it is paused, and made anew when its pause ends", async () => {
		const world = new World();
		world.cluster.reconcile = (experiment) => {
			experiment.status = status([over]);
		};
		const paused = timed({ paused: true, phase: "Paused" });
		const { outs } = await world.handlers.experiment.create(paused);
		expect(outs.phase).toBe("Finished");
		world.cluster.reconcile = (experiment) => {
			const now = injected(experiment);
			if (now) experiment.status = now;
		};
		expect((await world.handlers.experiment.update(key, outs, timed())).outs).toMatchObject({
			uid: "uid-2",
			phase: "Injected",
		});
	});

	it("can't be told of one that follows its selector, whose targets may have gone", async () => {
		const { world, state } = await failed(status([over]), { follow: true });
		expect(world.cluster.objects.get(key)?.metadata.annotations).toHaveProperty([followAnnotation]);
		expect(state.phase).toBe("Finished");
		const { outs } = await world.handlers.experiment.update(key, state, timed({ follow: true }));
		expect(outs).toMatchObject({ uid: "uid-1", phase: "Finished" });
	});
});

it("an experiment that has hit some of its targets by its end fails once, and is over", async () => {
	const { world, error, state } = await failed(status([over], [target("shop/front-1"), never]));
	expect(error.message).toBe(
		`${title} is not injected: its duration of 5m was over before every target was hit. It stays in the state as it has ended; ` +
			"to have it once more, change one of its triggers",
	);
	const { outs } = await world.handlers.experiment.update(key, state, timed());
	expect(outs).toMatchObject({ uid: "uid-1", phase: "Finished" });
});
