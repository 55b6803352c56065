import { describe, expect, it } from "vitest";
import { ApiError } from "../../provider/cluster/cluster.ts";
import { said, status, target } from "../support/statuses.ts";
import { inputs, World } from "./world.ts";

const key = "default/cut-1a2b3c4d";
const at = 'in the cluster https://10.0.0.1:6443 (context "dev" of /home/me/.kube/config)';
const stays = `It stays in the state, so that "pulumi destroy" recovers what is in place; when the cause is gone, "pulumi up" goes on`;

/** What create throws. */
async function failure(world: World): Promise<Error & { id?: string; properties?: object; reasons?: string[] }> {
	return await world.handlers.experiment.create(inputs()).then(
		() => {
			throw new Error("create did not fail");
		},
		(error: Error) => error,
	);
}

describe("create", () => {
	it("makes the object with owner and scope, and waits until every target is hit", async () => {
		const world = new World();
		const created = await world.handlers.experiment.create(inputs());
		expect(created).toEqual({
			id: key,
			outs: { ...inputs(), uid: "uid-1", phase: "Injected", targets: ["shop/front-1"], message: "" },
		});
		expect(world.cluster.objects.get(key)).toMatchObject({
			apiVersion: "chaos-mesh.org/v1alpha1",
			kind: "NetworkChaos",
			metadata: {
				labels: { "pulumi-chaos.io/scope": "0123456789abcdef" },
				annotations: { "pulumi-chaos.io/owner": inputs().owner },
			},
			spec: inputs().spec,
		});
	});

	it("waits through the steps in between", async () => {
		const world = new World();
		world.cluster.reconcile = () => {};
		const creating = world.handlers.experiment.create(inputs());
		const injecting = said("AllInjected", false, "Injecting", "on its way");
		setTimeout(() => world.cluster.setStatus(key, status([injecting], [target("shop/front-1")])), 30);
		const done = status([said("AllInjected", true, "Injected")], [target("shop/front-1"), target("shop/back-1")]);
		setTimeout(() => world.cluster.setStatus(key, done), 60);
		expect((await creating).outs.targets).toEqual(["shop/back-1", "shop/front-1"]);
	});

	it("is done when a paused experiment is recovered", async () => {
		const world = new World();
		const { outs } = await world.handlers.experiment.create(inputs({ paused: true, phase: "Paused" }));
		expect(outs.phase).toBe("Paused");
		expect(world.cluster.objects.get(key)?.metadata.annotations).toMatchObject({
			"experiment.chaos-mesh.org/pause": "true",
		});
	});

	it("is done when the fault was shorter than the wait for it", async () => {
		const world = new World();
		world.cluster.reconcile = (experiment) => {
			experiment.status = status(
				[said("Expired", true, "Expired")],
				[target("shop/front-1", { phase: "Not Injected" })],
			);
		};
		expect((await world.handlers.experiment.create(inputs())).outs.phase).toBe("Finished");
	});
});

describe("create adopts what is ours", () => {
	it("as an interrupted create has left it", async () => {
		const world = new World();
		await world.handlers.experiment.create(inputs());
		world.cluster.requests.length = 0;
		const again = await world.handlers.experiment.create(inputs());
		expect(again.outs.uid).toBe("uid-1");
		expect(world.cluster.requests).toEqual([`get networkchaos ${key}`, `follow networkchaos ${key}`]);
		expect(world.said).toEqual([
			`NetworkChaos "${key}" is there already: this "pulumi up" takes up what an earlier one has left, made at 2026-01-01T00:00:00Z`,
		]);
	});

	it("but makes it anew when the program has changed meanwhile, or its time is over", async () => {
		const world = new World();
		await world.handlers.experiment.create(inputs());
		const other = inputs({ spec: { ...inputs().spec, direction: "both" } });
		expect((await world.handlers.experiment.create(other)).outs.uid).toBe("uid-2");
		world.cluster.setStatus(key, status([said("Expired", true, "Expired")]));
		expect((await world.handlers.experiment.create(other)).outs.uid).toBe("uid-3");
	});

	it("takes defaults that the API server has filled in for what was declared", async () => {
		const world = new World();
		await world.handlers.experiment.create(inputs());
		const present = world.cluster.objects.get(key);
		if (present) present.spec = { ...present.spec, direction: "to" };
		expect((await world.handlers.experiment.create(inputs())).outs.uid).toBe("uid-1");
	});

	it("waits until remains that are being deleted are gone", async () => {
		const world = new World();
		world.cluster.recovers = false;
		await world.handlers.experiment.create(inputs());
		await world.cluster.delete({ plural: "networkchaos", namespace: "default", name: "cut-1a2b3c4d" }, "uid-1");
		setTimeout(() => world.cluster.letGo(key), 50);
		expect((await world.handlers.experiment.create(inputs())).outs.uid).toBe("uid-2");
	});
});

describe("create refuses what is foreign", () => {
	it("made by kubectl", async () => {
		const world = new World();
		const { name } = inputs();
		world.cluster.add({ apiVersion: "chaos-mesh.org/v1alpha1", kind: "NetworkChaos", metadata: { name }, spec: {} });
		const error = await failure(world);
		expect(error.message).toBe(
			`NetworkChaos "${key}" exists ${at} and belongs to no Pulumi resource (made by kubectl or another tool), not to ` +
				`"${inputs().owner}"; delete it where it was made (kubectl -n default delete networkchaos cut-1a2b3c4d), or give this resource another name`,
		);
		expect(error.id).toBeUndefined();
		expect(world.cluster.objects.size).toBe(1);
	});

	it("of another stack", async () => {
		const world = new World();
		await world.handlers.experiment.create(inputs({ owner: "shop/prod/urn/NetworkChaos/cut" }));
		expect((await failure(world)).message).toBe(
			`NetworkChaos "${key}" exists ${at} and belongs to the Pulumi resource "shop/prod/urn/NetworkChaos/cut", not to ` +
				`"${inputs().owner}"; delete it where it was made (kubectl -n default delete networkchaos cut-1a2b3c4d), or give this resource another name`,
		);
	});
});

describe("create fails at once", () => {
	it.each([
		[
			"unreachable cluster",
			new ApiError(0, "connect ECONNREFUSED 10.0.0.1:6443"),
			`can't apply NetworkChaos "${key}" ${at}: the API server can't be reached (connect ECONNREFUSED 10.0.0.1:6443); ` +
				"check that the cluster is up and that the address is right",
		],
		[
			"no rights",
			new ApiError(
				403,
				'User "ci" cannot create resource "networkchaos" in API group "chaos-mesh.org" in the namespace "default"',
			),
			`can't apply NetworkChaos "${key}" ${at}: no rights: User "ci" cannot create resource "networkchaos" in API group ` +
				'"chaos-mesh.org" in the namespace "default"; grant that user the verb and resource named here',
		],
		[
			"credentials that are over",
			new ApiError(401, "Unauthorized"),
			`can't apply NetworkChaos "${key}" ${at}: the credentials of that context are not accepted; renew them`,
		],
		[
			"CRDs not installed",
			new ApiError(404, "404 page not found"),
			`can't apply NetworkChaos "${key}" ${at}: the CRDs of chaos-mesh.org/v1alpha1 are not installed; add \`new Installation(...)\` ` +
				"of pulumi-chaos for this cluster and let this resource depend on it (dependsOn), or apply the CRDs of chaos-mesh.org by hand",
		],
		[
			"no such namespace",
			new ApiError(404, 'namespaces "default" not found', { kind: "namespaces", name: "default" }),
			`can't apply NetworkChaos "${key}" ${at}: there is no namespace "default"; create it first, or set another "namespace"`,
		],
		[
			"CRDs that do not know a field yet",
			new ApiError(400, 'strict decoding error: unknown field "spec.probes"'),
			`can't apply NetworkChaos "${key}" ${at}: refused with status 400: strict decoding error: unknown field "spec.probes"; the ` +
				"CRDs there are older than this package: update the Installation, or apply them again",
		],
		[
			"refused by the API server",
			new ApiError(422, 'NetworkChaos.chaos-mesh.org "cut-1a2b3c4d" is invalid: spec.mode: Unsupported value: "some"'),
			`can't apply NetworkChaos "${key}" ${at}: refused with status 422: NetworkChaos.chaos-mesh.org "cut-1a2b3c4d" is invalid: ` +
				'spec.mode: Unsupported value: "some"',
		],
	])("with %s, and leaves nothing in the state", async (_, answer, message) => {
		const world = new World();
		world.cluster.failures.set("create", answer);
		const error = await failure(world);
		expect(error.message).toBe(message);
		expect(error.id).toBeUndefined();
		// The dynamic provider writes name and stack to the console.
		expect(`${error}: ${error.stack}`).toBe(`${message}: `);
	});
});

describe("create gives up early on what can't get there, and leaves it in the state", () => {
	const selects = said("Selected", false, "NoTarget", "spec.selector matches no running pod");
	const missing = said("Selected", false, "UnknownNamespace", 'spec.selector: namespace "sohp" does not exist');
	const noNode = said("Selected", false, "UnknownNode", 'spec.selector: node "n9" does not exist');
	const beyond = said("Selected", false, "GuardRails", "more than the guard rails allow");
	const chosen = said("Selected", true, "Selected");
	const refused = said(
		"AllInjected",
		false,
		"InjectFailed",
		"not in place on 1 of 1 target; shop/front-1: no nf_tables",
	);
	it.each([
		[
			"no target",
			status([selects, { ...selects, type: "AllInjected" }]),
			"no target for 60ms: spec.selector matches no running pod",
			"No target",
		],
		[
			"an unknown namespace",
			status([missing]),
			'no target for 60ms: spec.selector: namespace "sohp" does not exist',
			"No target",
		],
		["guard rails", status([beyond]), "no target for 60ms: more than the guard rails allow", "No target"],
		["an unknown node", status([noNode]), 'no target for 60ms: spec.selector: node "n9" does not exist', "No target"],
		[
			"a node that can't",
			status([chosen, refused], [target("shop/front-1", { phase: "Not Injected/Wait" })]),
			"no progress for 90ms: not in place on 1 of 1 target; shop/front-1: no nf_tables",
			"Injecting",
		],
		[
			"a controller that does not answer",
			undefined,
			"the controller has not answered for 120ms; is it running? Look with " +
				'"kubectl get pods --all-namespaces -l pulumi-chaos.io/component=controller"',
			"Injecting",
		],
		[
			"what an emergency stop keeps out",
			status([
				said("Stopped", true, "EmergencyStop", "an emergency stop is on"),
				said("AllRecovered", true, "Recovered"),
			]),
			"an emergency stop is on",
			"Stopped",
		],
	])("%s", async (_, seen, reason, phase) => {
		const world = new World();
		world.cluster.reconcile = (experiment) => {
			if (seen) experiment.status = seen;
		};
		const error = await failure(world);
		const message = `NetworkChaos "${key}" is not injected: ${reason}. ${stays}`;
		expect(error.message).toBe(message);
		expect(error).toMatchObject({ id: key, reasons: [message], properties: { ...inputs(), uid: "uid-1", phase } });
		expect(world.cluster.objects.size).toBe(1);
	});

	it("and on what somebody deletes meanwhile", async () => {
		const world = new World();
		world.cluster.reconcile = () => {};
		setTimeout(() => world.cluster.letGo(key), 30);
		expect((await failure(world)).message).toBe(
			`NetworkChaos "${key}" is not injected: somebody deleted it in the meantime. ${stays}`,
		);
	});

	it("or when the time is up", async () => {
		const world = new World();
		const slow = said("AllInjected", false, "Injecting", "the fault is not in place on 1 of 2 targets");
		world.cluster.reconcile = (experiment) => {
			const records = [target("shop/front-1"), target("shop/front-2", { phase: "Not Injected/Wait" })];
			experiment.status = status([chosen, slow], records);
		};
		expect((await failure(world)).message).toBe(
			`NetworkChaos "${key}" is not injected: 1 of 2 targets after 1s: the fault is not in place on 1 of 2 targets. ${stays}`,
		);
	});
});

describe("an interrupted create", () => {
	it("takes back what it made", async () => {
		const world = new World();
		world.cluster.reconcile = () => {};
		const failed = failure(world);
		setTimeout(() => void world.interrupts.interrupt(), 30);
		const error = await failed;
		expect(error.message).toBe(
			`interrupted: NetworkChaos "${key}" was taken back; the controller is recovering its targets`,
		);
		expect(error.id).toBeUndefined();
		expect(world.cluster.objects.size).toBe(0);
	});

	it("also when the object comes into being only after the interruption", async () => {
		const world = new World();
		const create = world.cluster.create.bind(world.cluster);
		world.cluster.create = async (plural, made) => {
			const interrupted = world.interrupts.interrupt();
			const object = await create(plural, made);
			void interrupted;
			return object;
		};
		await failure(world);
		expect(world.cluster.objects.size).toBe(0);
	});
});
