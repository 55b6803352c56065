import { describe, expect, it, vi } from "vitest";
import { ownerAnnotation } from "../../api/names.ts";
import type { Status } from "../../api/status.ts";
import { ApiError } from "../../provider/cluster/cluster.ts";
import type { DrainInputs, ExperimentState, ScopeInputs } from "../../provider/lifecycle/state.ts";
import { said, status, target } from "../support/statuses.ts";
import { inputs, reference, World } from "./world.ts";

const key = "default/cut-1a2b3c4d";
const at = 'in the cluster https://10.0.0.1:6443 (context "dev" of /home/me/.kube/config)';
const advice =
	'See that the controller and the daemons on these nodes run, then run "pulumi destroy" again. Only when a node is gone for ' +
	"good, let go of it by force: kubectl -n default annotate networkchaos cut-1a2b3c4d chaos-mesh.chaos-mesh.org/cleanFinalizer=forced";
const unnoticed =
	'No controller has noticed the deletion: see that one runs ("kubectl get pods -A -l pulumi-chaos.io/component=controller"), then ' +
	'run "pulumi destroy" again. Only when there will be none any more, wait for the minute in which nodes that hear of none take their ' +
	"faults out by themselves (pods under pod-failure keep theirs until they are deleted), and let go of the objects: kubectl -n default patch networkchaos cut-1a2b3c4d --type=merge -p " +
	`'{"metadata":{"finalizers":null}}'`;

async function created(): Promise<{ world: World; state: ExperimentState }> {
	const world = new World();
	const { outs } = await world.handlers.experiment.create(inputs());
	world.cluster.recovers = false;
	return { world, state: outs };
}

/** The controller works on the recovery. */
function noticed({ experiment, ...rest }: Status): Status {
	return { ...rest, experiment: { ...experiment, desiredPhase: "Stop" } };
}

describe("delete of an experiment", () => {
	it("waits until the controller lets go of it", async () => {
		const { world, state } = await created();
		let gone = false;
		setTimeout(() => {
			gone = true;
			world.cluster.letGo(key);
		}, 50);
		await world.handlers.experiment.delete(key, state);
		expect(gone).toBe(true);
	});

	it.each([404, 409])("takes an object that goes at the same time for deleted (%i)", async (code) => {
		const { world, state } = await created();
		world.cluster.failures.set("delete", new ApiError(code, "gone"));
		setTimeout(() => world.cluster.letGo(key), 30);
		await world.handlers.experiment.delete(key, state);
	});

	it("is done when there is nothing, and leaves alone what is another's", async () => {
		const { world, state } = await created();
		world.cluster.letGo(key);
		await world.handlers.experiment.delete(key, state);
		world.cluster.add({ apiVersion: "", kind: "NetworkChaos", metadata: { name: state.name }, spec: {} });
		await world.handlers.experiment.delete(key, state);
		expect(world.cluster.objects.size).toBe(1);
	});

	it("leaves alone what another resource has taken over, and says so", async () => {
		const { world, state } = await created();
		const object = world.cluster.objects.get(key);
		if (object) object.metadata.annotations = { [ownerAnnotation]: "shop/prod/x" };
		await world.handlers.experiment.delete(key, state);
		expect(world.cluster.objects.get(key)?.metadata).not.toHaveProperty("deletionTimestamp");
		expect(world.said).toEqual([
			`NetworkChaos "${key}" is left as it is: it belongs to the Pulumi resource "shop/prod/x" by now`,
		]);
	});

	it("takes what says no owner any more for its own", async () => {
		const { world, state } = await created();
		world.cluster.recovers = true;
		const object = world.cluster.objects.get(key);
		if (object) object.metadata.annotations = {};
		await world.handlers.experiment.delete(key, state);
		expect(world.cluster.objects.size).toBe(0);
	});

	it("names the targets that are left, and what to do, when the time is up", async () => {
		const { world, state } = await created();
		const silent = { phase: "Injected/Wait", message: "node-1 does not answer" } as const;
		const records = [
			target("shop/front-2"),
			target("shop/front-1", silent),
			target("shop/x", { phase: "Not Injected" }),
		];
		world.cluster.setStatus(key, noticed(status([said("AllRecovered", false, "Recovering")], records)));
		await expect(world.handlers.experiment.delete(key, state)).rejects.toThrow(
			`not recovered ${at} after 1s, the fault may still be in place: NetworkChaos "${key}": shop/front-1 (node-1 does not ` +
				`answer), shop/front-2. ${advice}`,
		);
	});

	it("says when no controller has noticed the deletion, since no annotation helps then", async () => {
		const { world, state } = await created();
		const place = `NetworkChaos "${key}": shop/front-1`;
		await expect(world.handlers.experiment.delete(key, state)).rejects.toThrow(
			`not recovered ${at} after 1s, the fault may still be in place: ${place}. ${unnoticed}`,
		);
	});

	it("does not wait long for a recovery that keeps failing", async () => {
		const { world, state } = await created();
		const failing = said("Unrecoverable", true, "RecoverFailed", "keeps failing");
		world.cluster.setStatus(key, status([failing], [target("shop/front-1")]));
		const other = await created();
		const ended: string[] = [];
		const until = (name: string, { world, state }: typeof other) =>
			world.handlers.experiment.delete(key, state).catch(() => ended.push(name));
		await Promise.all([until("no answer", other), until("failing", { world, state })]);
		expect(ended).toEqual(["failing", "no answer"]);
	});

	it("fails when the cluster can't be reached, since the fault may be in place", async () => {
		const { world, state } = await created();
		world.cluster.failures.set("get", new ApiError(0, "connect ECONNREFUSED 10.0.0.1:6443"));
		await expect(world.handlers.experiment.delete(key, state)).rejects.toThrow(
			`can't delete NetworkChaos "${key}" (its fault may still be in place) ${at}: the API server can't be reached (connect ` +
				"ECONNREFUSED 10.0.0.1:6443); check that the cluster is up and that the address is right; when it is gone for good, " +
				'take the resource out of the state with "pulumi state delete"',
		);
	});

	it("runs on what an older version has stored", async () => {
		const { world, state } = await created();
		world.cluster.recovers = true;
		const { timeout: _, phase: __, ...old } = state;
		await world.handlers.experiment.delete(key, old as ExperimentState);
		expect(world.cluster.objects.size).toBe(0);
	});
});

describe.each([
	["Scope", 1],
	["Drain", 0],
] as const)("delete of a %s", (kind, survivors) => {
	const state = { kind, scope: "0123456789abcdef", cluster: reference, timeout: "1s" };
	const remove = (world: World): Promise<void> =>
		kind === "Scope"
			? world.handlers.scope.delete("", state as ScopeInputs)
			: world.handlers.drain.delete("", state as DrainInputs);

	async function populated(): Promise<World> {
		const world = new World();
		await world.handlers.experiment.create(inputs());
		await world.handlers.experiment.create(inputs({ name: "unknown-to-the-state", namespace: "shop" }));
		await world.handlers.experiment.create(inputs({ name: "others", scope: "of another stack" }));
		return world;
	}

	it(`recovers what it is for, and leaves ${survivors}`, async () => {
		const world = await populated();
		await remove(world);
		expect(world.cluster.objects.size).toBe(survivors);
	});

	it("recovers also what is made while it waits", async () => {
		const world = await populated();
		world.cluster.recovers = false;
		setTimeout(async () => {
			world.cluster.recovers = true;
			// It may be deleted before it has seen itself injected.
			void world.handlers.experiment.create(inputs({ name: "late" })).catch(() => undefined);
			await vi.waitUntil(() => world.cluster.requests.includes("create networkchaos default/late"), { interval: 1 });
			for (const name of [...world.cluster.objects.keys()]) {
				if (world.cluster.objects.get(name)?.metadata.deletionTimestamp) world.cluster.letGo(name);
			}
		}, 50);
		await remove(world);
		expect(world.cluster.objects.size).toBe(survivors);
	});

	it("meets a kind that the user may not list", async () => {
		const world = await populated();
		world.cluster.plurals = async () => ["networkchaos", "podchaos"];
		world.cluster.failures.set("follow podchaos", new ApiError(403, 'User "ci" cannot list resource "podchaos"'));
		if (kind === "Drain") {
			await expect(remove(world)).rejects.toThrow('no rights: User "ci" cannot list resource "podchaos"');
			return;
		}
		await remove(world);
		expect(world.cluster.objects.size).toBe(survivors);
		expect(world.said).toEqual([
			`not looked for ${at}: podchaos, which this user may not list; should a killed "pulumi up" of this stack have left ` +
				"one, it ends after its duration",
		]);
	});

	it("fails when what it has found may not be deleted", async () => {
		const world = await populated();
		world.cluster.failures.set("delete", new ApiError(403, 'User "ci" cannot delete resource "networkchaos"'));
		await expect(remove(world)).rejects.toThrow('no rights: User "ci" cannot delete resource "networkchaos"');
		expect(world.said).toEqual([]);
	});

	it("is done where nothing is installed", async () => {
		const world = new World();
		world.cluster.plurals = async () => [];
		await remove(world);
	});

	it("names what is left", async () => {
		const world = new World();
		await world.handlers.experiment.create(inputs());
		world.cluster.recovers = false;
		await expect(remove(world)).rejects.toThrow(
			`not recovered ${at} after 1s, the fault may still be in place: NetworkChaos "${key}": shop/front-1. ${unnoticed}`,
		);
	});

	it("fails when the cluster can't be reached", async () => {
		const world = new World();
		world.cluster.failures.set("plurals", new ApiError(0, "connect ETIMEDOUT"));
		const whose = kind === "Scope" ? "this stack" : "the cluster";
		await expect(remove(world)).rejects.toThrow(
			`can't recover the experiments of ${whose} (their faults may still be in place) ${at}: the API server can't be reached ` +
				"(connect ETIMEDOUT); check that the cluster is up and that the address is right; when it is gone for good, take the " +
				'resource out of the state with "pulumi state delete"',
		);
	});

	it("does not enter the state with a reference that leads nowhere", async () => {
		const world = new World();
		world.cluster.failures.set("plurals", new ApiError(0, "connect ETIMEDOUT"));
		const make = kind === "Scope" ? world.handlers.scope.create : world.handlers.drain.create;
		await expect(make(state as never)).rejects.toThrow(
			`can't look for the kinds of experiment ${at}: the API server can't be reached (connect ETIMEDOUT); check that the ` +
				"cluster is up and that the address is right",
		);
	});
});
