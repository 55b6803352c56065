import { describe, expect, it } from "vitest";
import { unknownValue } from "../../provider/lifecycle/engine-protocol.ts";
import type { ExperimentInputs, ExperimentState } from "../../provider/lifecycle/state.ts";
import { said, status, target } from "../support/statuses.ts";
import { inputs, World } from "./world.ts";

const key = "default/front-loses-back";
const where = `adopt: NetworkChaos "${key}" in the cluster https://10.0.0.1:6443 (context "dev" of /home/me/.kube/config) can't be taken over:`;
const orLeave = 'or leave adopt out: then "pulumi up" makes an experiment of its own';

const adopting = (more: Partial<ExperimentInputs> = {}) => inputs({ name: "front-loses-back", adopt: true, ...more });

/** A world in which somebody has made an experiment with kubectl. */
function withForeign(more: { annotations?: Record<string, string>; spec?: Record<string, unknown> } = {}): World {
	const world = new World();
	const { annotations = {}, spec = inputs().spec } = more;
	const metadata = { name: "front-loses-back", labels: { team: "shop" }, annotations: { note: "x", ...annotations } };
	world.cluster.add({ apiVersion: "chaos-mesh.org/v1alpha1", kind: "NetworkChaos", metadata, spec });
	return world;
}

/** What create throws, having asked for nothing but a look. */
async function refusal(world: World, more: Partial<ExperimentInputs> = {}): Promise<string> {
	const error = await world.handlers.experiment.create(adopting(more)).then(
		() => new Error("create did not fail"),
		(thrown: Error) => thrown,
	);
	expect(world.cluster.requests).toEqual([`get networkchaos ${key}`]);
	expect(error).not.toHaveProperty("id");
	return error.message;
}

describe("create with adopt", () => {
	it("takes over what is there: owner and scope are put on it, nothing else is touched", async () => {
		const world = withForeign();
		const before = structuredClone(world.cluster.objects.get(key));
		const created = await world.handlers.experiment.create(adopting());
		expect(created).toEqual({
			id: key,
			outs: { ...adopting(), uid: before?.metadata.uid, phase: "Injected", targets: ["shop/front-1"], message: "" },
		});
		expect(world.cluster.requests).toEqual([
			`get networkchaos ${key}`,
			`patch networkchaos ${key}`,
			`follow networkchaos ${key}`,
		]);
		const { owner, scope } = inputs();
		expect(world.cluster.objects.get(key)).toEqual({
			...before,
			metadata: {
				...before?.metadata,
				labels: { team: "shop", "pulumi-chaos.io/scope": scope },
				annotations: { note: "x", "pulumi-chaos.io/owner": owner },
			},
		});
	});

	it("then lets destroy recover it like any other", async () => {
		const world = withForeign();
		const { id, outs } = await world.handlers.experiment.create(adopting());
		await world.handlers.experiment.delete(id, outs);
		expect(world.cluster.objects.size).toBe(0);
	});

	it.each([
		["defaults that were filled in", { ...inputs().spec, direction: "to" }],
		["fields that say nothing", { ...inputs().spec, value: "", externalTargets: [] }],
	])("takes %s for what was declared", async (_, spec) => {
		const { outs } = await withForeign({ spec }).handlers.experiment.create(adopting());
		expect(outs.uid).toBe("uid-1");
	});

	it("takes over what is paused when the program says so", async () => {
		const world = withForeign({ annotations: { "experiment.chaos-mesh.org/pause": "true" } });
		const { outs } = await world.handlers.experiment.create(adopting({ paused: true, phase: "Paused" }));
		expect(outs.phase).toBe("Paused");
	});

	it("goes on with what an interrupted up had taken over", async () => {
		const world = withForeign({ annotations: { "pulumi-chaos.io/owner": inputs().owner } });
		expect((await world.handlers.experiment.create(adopting())).outs.uid).toBe("uid-1");
	});

	it("refuses when there is nothing of that name", async () => {
		expect(await refusal(new World())).toBe(
			`${where} it does not exist; see that its name and namespace are right, ${orLeave}`,
		);
	});

	it.each([
		["another spec", { action: "partition", mode: "one", selector: {} }, 'mode is "one" there and "all" here'],
		[
			"a field that the program does not have",
			{ ...inputs().spec, duration: "5m" },
			'duration is "5m" there and absent here',
		],
		[
			"another label",
			{ ...inputs().spec, selector: { labelSelectors: { app: "front", "app.kubernetes.io/part-of": "shop" } } },
			'selector.labelSelectors["app.kubernetes.io/part-of"] is "shop" there and absent here',
		],
	])("refuses %s, and names what differs", async (_, spec, difference) => {
		const message = await refusal(withForeign({ spec }));
		expect(message.startsWith(where)).toBe(true);
		expect(message).toContain(difference);
		expect(message.endsWith(`; write here what is there, ${orLeave}`)).toBe(true);
	});

	it("refuses what is paused, which it would have to inject", async () => {
		const world = withForeign({ annotations: { "experiment.chaos-mesh.org/pause": "true" } });
		expect(await refusal(world)).toBe(
			`${where} paused is true there and false here; write here what is there, ${orLeave}`,
		);
	});

	it("refuses what is being deleted", async () => {
		const world = withForeign();
		const object = world.cluster.objects.get(key);
		if (object) object.metadata.deletionTimestamp = "2026-01-01T00:00:00Z";
		expect(await refusal(world)).toBe(`${where} it is being deleted; wait until it is gone, ${orLeave}`);
	});

	it("refuses what belongs to another Pulumi resource", async () => {
		const owner = "shop/prod/urn/NetworkChaos/cut";
		expect(await refusal(withForeign({ annotations: { "pulumi-chaos.io/owner": owner } }))).toBe(
			`${where} it belongs to the Pulumi resource "${owner}"; let it go there with "pulumi state delete", take its owner away ` +
				'(kubectl -n default annotate networkchaos front-loses-back pulumi-chaos.io/owner-) and run "pulumi up" again, ' +
				orLeave,
		);
	});

	it.each([
		[
			"another resource takes over",
			"shop/prod/urn/NetworkChaos/cut",
			'it belongs to the Pulumi resource "shop/prod/urn/',
		],
		["its controller writes", undefined, undefined],
	])("looks again when %s in between", async (_, owner, refused) => {
		const world = withForeign();
		const object = world.cluster.objects.get(key);
		if (object) object.metadata.resourceVersion = "1";
		const get = world.cluster.get.bind(world.cluster);
		let looks = 0;
		world.cluster.get = async (place) => {
			const seen = structuredClone(await get(place));
			if (object && ++looks === 1) {
				object.metadata.resourceVersion = "2";
				if (owner) object.metadata.annotations = { "pulumi-chaos.io/owner": owner };
			}
			return seen;
		};
		const adopted = world.handlers.experiment.create(adopting());
		if (refused) await expect(adopted).rejects.toThrow(`${where} ${refused}`);
		else expect((await adopted).outs.uid).toBe("uid-1");
		expect(looks).toBe(2);
		expect(object?.metadata.annotations?.["pulumi-chaos.io/owner"]).toBe(owner ?? inputs().owner);
	});

	it("gives back what it took when it is interrupted", async () => {
		const world = withForeign();
		const injecting = said("AllInjected", false, "Injecting", "on its way");
		world.cluster.reconcile = (experiment) => {
			experiment.status = status([injecting], [target("shop/front-1", { phase: "Not Injected/Wait" })]);
		};
		const before = structuredClone(world.cluster.objects.get(key)?.metadata);
		setTimeout(() => void world.interrupts.interrupt(), 30);
		await expect(world.handlers.experiment.create(adopting())).rejects.toThrow(
			`interrupted: NetworkChaos "${key}" was given back; it goes on as it was`,
		);
		expect(world.cluster.objects.get(key)?.metadata).toEqual(before);
	});
});

describe("adopt once the resource is in the state", () => {
	const state: ExperimentState = { ...inputs(), uid: "uid-1", phase: "Injected", targets: [], message: "" };
	const { experiment } = new World().handlers;

	it.each([
		[undefined, true],
		[true, undefined],
	])("from %s to %s changes nothing", async (before, after) => {
		const news = inputs(after === undefined ? {} : { adopt: after });
		const olds = { ...state, ...(before !== undefined && { adopt: before }) };
		const { inputs: checked } = await experiment.check(olds, { ...news, name: "front-loses-back" });
		expect(checked.name).toBe(state.name);
		expect(experiment.diff("", olds, checked)).toEqual({ changes: false });
	});

	it("makes a deleted object anew, like any other", async () => {
		const world = new World();
		const { outs } = await world.handlers.experiment.update("", { ...state, ...adopting() }, adopting());
		expect(outs.uid).toBe("uid-1");
		expect(world.cluster.requests).toContain(`create networkchaos ${key}`);
	});

	it("refuses a replacement before anything is recovered, unless its cause is not known yet", () => {
		const news = { ...adopting(), spec: { ...inputs().spec, mode: "one" } };
		const olds = { ...state, ...adopting(), phase: "Injected" as const };
		expect(() => experiment.diff("", olds, news)).toThrow(
			`adopt: NetworkChaos "${key}" is in the state already, and a change of its spec recovers it and injects it anew; ` +
				"take adopt out of the program for that",
		);
		const later = { ...news, spec: { ...news.spec, duration: unknownValue } };
		expect(experiment.diff("", olds, later)).toMatchObject({ replaces: ["spec"] });
		expect(experiment.diff("", olds, { ...news, adopt: false })).toMatchObject({ replaces: ["spec"] });
	});
});

describe("check of adopt", () => {
	const { experiment } = new World().handlers;
	const reasons = async (more: object) =>
		(await experiment.check(undefined, { ...inputs(), ...more })).failures.map(({ reason }) => reason);

	it("takes a name that an object may have, also one that is longer than those we make", async () => {
		expect(await reasons({ adopt: true, name: `shop.${"x".repeat(60)}.io` })).toEqual([]);
	});

	it("refuses another, and what is not true or false", async () => {
		expect(await reasons({ adopt: true, name: "Cut back end" })).toEqual([
			`adopt: there can't be an experiment "Cut back end": that is not the name of an object; use at most 253 lower-case ` +
				"letters, digits, '-' and '.', with a letter or digit at both ends",
		]);
		expect(await reasons({ adopt: "yes" })).toEqual(['adopt: "yes" is not true or false']);
	});
});
