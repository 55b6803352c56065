import { describe, expect, it } from "vitest";
import { ApiError } from "../../provider/cluster/cluster.ts";
import type { ExperimentState } from "../../provider/lifecycle/state.ts";
import { said, status, target } from "../support/statuses.ts";
import { inputs, World } from "./world.ts";

const key = "default/cut-1a2b3c4d";

async function created(): Promise<{ world: World; state: ExperimentState }> {
	const world = new World();
	const { outs } = await world.handlers.experiment.create(inputs());
	return { world, state: outs };
}

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
	] as const)("tells %s apart", async (phase, conditions, message) => {
		const { world, state } = await created();
		world.cluster.setStatus(key, status([...conditions]));
		expect((await world.handlers.experiment.read(key, state)).props).toMatchObject({ phase, message });
	});

	it.each(["deleted", "another's"])("takes what is %s out of the state, and says so", async (how) => {
		const { world, state } = await created();
		world.cluster.letGo(key);
		if (how === "another's") {
			world.cluster.add({ apiVersion: "", kind: "NetworkChaos", metadata: { name: state.name }, spec: {} });
		}
		expect(await world.handlers.experiment.read(key, state)).toEqual({ id: "", props: {} });
		expect(world.said).toEqual([
			`NetworkChaos "${key}" is not in the cluster ${world.cluster.where} any more: somebody deleted it, and with it the ` +
				'fault was recovered; "pulumi up" injects it again',
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
