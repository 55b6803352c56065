import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ClusterReference } from "../../provider/cluster/reference.ts";
import { eventually } from "../support/kubernetes.ts";
import { injected, said, status, target } from "../support/statuses.ts";
import { ProviderStage } from "./provider-stage.ts";

const stage = new ProviderStage();
const { experiment } = stage.handlers;

beforeAll(() => stage.open());
afterAll(() => stage.close());
beforeEach(() => {
	stage.puppet.script = injected;
	stage.puppet.recovers = true;
});

/** How messages name a cluster. */
function where(reference: ClusterReference): string {
	const found = reference.context ?? reference.kubeconfig?.split("/").at(-1);
	return `(context "${found}" of ${reference.kubeconfig})`;
}

/** The message of what create throws, with the server's address, which differs from run to run, left out. */
async function refusal(name: string, more: Parameters<ProviderStage["inputs"]>[1] = {}): Promise<string> {
	const error = await experiment.create(stage.inputs(name, more)).then(
		() => new Error("create did not fail"),
		(thrown: Error) => thrown,
	);
	return error.message.replace(/https:\/\/\S+ (?=\(context)/, "");
}

describe("before the CRDs are installed", () => {
	beforeEach(async ({ skip }) => skip(!(await stage.isBare()), "an Installation has put the CRDs into this cluster"));

	it("create says what to install", async () => {
		expect(await refusal("early")).toBe(
			`can't apply NetworkChaos "${stage.namespace}/early-1a2b3c4d" in the cluster ${where(stage.reference)}: the CRDs of ` +
				"chaos-mesh.org/v1alpha1 are not installed; add `new Installation(...)` of pulumi-chaos for this cluster and let this " +
				"resource depend on it (dependsOn), or apply the CRDs of chaos-mesh.org by hand",
		);
	});

	it("nothing has to be recovered, and nothing is there", async () => {
		const state = { ...stage.inputs("early"), uid: "x", phase: "Injected" as const, targets: [], message: "" };
		await experiment.delete("", state);
		expect(await experiment.read("x", state)).toEqual({ id: "", props: {} });
		const { cluster, timeout, scope } = state;
		await stage.handlers.scope.create({ kind: "Scope", scope, cluster, timeout });
		await stage.handlers.scope.delete("", { kind: "Scope", scope, cluster, timeout });
		await stage.handlers.drain.delete("", { kind: "Drain", cluster, timeout });
	});
});

describe("with the CRDs", () => {
	beforeAll(async () => {
		await stage.installCrd();
		stage.puppet.start();
	});

	it("an experiment goes through create, read, pause, drift and delete", async () => {
		const inputs = stage.inputs("whole");
		const { id, outs } = await experiment.create(inputs);
		expect(outs).toMatchObject({ phase: "Injected", targets: ["shop/front-1"], message: "" });
		expect(await experiment.read(id, outs)).toEqual({ id, props: outs, inputs });

		const paused = await experiment.update(id, outs, { ...inputs, paused: true, phase: "Paused" });
		expect(paused.outs).toMatchObject({ uid: outs.uid, phase: "Paused" });
		const resumed = await experiment.update(id, paused.outs, inputs);
		expect(resumed.outs).toMatchObject({ uid: outs.uid, phase: "Injected" });

		stage.puppet.script = (object) =>
			object.metadata.annotations?.["pulumi-chaos.io/reinject"] === undefined
				? status([said("FaultLost", true, "FaultLost", "the table is gone")], [target("shop/front-1")])
				: injected(object);
		const drifted = await eventually("the drift is seen", async () => {
			const { props } = await experiment.read(id, outs);
			return "phase" in props && props.phase === "Lost" && (props as typeof outs);
		});
		expect(drifted.message).toBe("the table is gone");
		expect((await experiment.update(id, drifted, inputs)).outs).toMatchObject({ uid: outs.uid, phase: "Injected" });

		stage.puppet.recovers = false;
		const deleting = experiment.delete(id, outs);
		await sleep(500);
		expect(await stage.read(inputs.name)).toMatchObject({ metadata: { deletionTimestamp: expect.any(String) } });
		stage.puppet.recovers = true;
		await deleting;
		expect(await stage.read(inputs.name)).toBeUndefined();
	});

	it("an interrupted create leaves nothing, and one that was killed is adopted", async () => {
		stage.puppet.script = () => undefined;
		const { handlers, interrupts } = stage.startProvider();
		const cut = handlers.experiment.create(stage.inputs("cut-off")).catch((error: Error) => error.message);
		await eventually("the object is there", () => stage.read("cut-off-1a2b3c4d"));
		await interrupts.interrupt();
		expect(await cut).toContain("was taken back");
		await eventually("the object is gone", async () => (await stage.read("cut-off-1a2b3c4d")) === undefined);

		const killed = experiment.create(stage.inputs("killed")).catch(() => undefined);
		const left = await eventually("the object is there", () => stage.read("killed-1a2b3c4d"));
		await killed;
		stage.puppet.script = injected;
		expect((await experiment.create(stage.inputs("killed"))).outs.uid).toBe(left.metadata.uid);
	});

	it("a wait survives cut connections and a server that is down for a while", async () => {
		const { reference, proxy } = await stage.proxied();
		try {
			stage.puppet.script = () => status([said("AllInjected", false, "Injecting", "on its way")]);
			const creating = experiment.create(stage.inputs("proxied", { cluster: reference }));
			await eventually("the object has a status", async () => (await stage.read("proxied-1a2b3c4d"))?.status);
			proxy.down = true;
			proxy.cut();
			await sleep(1000);
			stage.puppet.script = injected;
			await sleep(500);
			proxy.down = false;
			expect((await creating).outs.phase).toBe("Injected");
		} finally {
			await proxy.stop();
		}
	});

	it("a Scope recovers what carries its label and nothing else", async () => {
		const scope = `only-${stage.suffix}`;
		await experiment.create(stage.inputs("mine", { scope }));
		await experiment.create(stage.inputs("other"));
		const { cluster, timeout } = stage.inputs("mine");
		await stage.handlers.scope.delete(scope, { kind: "Scope", scope, cluster, timeout });
		expect(await stage.read("mine-1a2b3c4d")).toBeUndefined();
		expect(await stage.read("other-1a2b3c4d")).toBeDefined();
	});

	it("the same logical name under another parent or in another stack is another object", async () => {
		const others = ["shop/dev/urn-of-parent/NetworkChaos/cut", "shop/prod/urn/NetworkChaos/cut"];
		for (const [index, owner] of others.entries()) {
			const { outs } = await experiment.create(stage.inputs(`kept-${index}`, { owner }));
			expect(outs.phase).toBe("Injected");
		}
	});

	describe("create refuses in a whole sentence", () => {
		const apply = (name: string): string =>
			`can't apply NetworkChaos "${stage.namespace}/${name}-1a2b3c4d" in the cluster`;

		it("a foreign object of the same name", async () => {
			await stage.create("foreign-1a2b3c4d");
			expect(await refusal("foreign")).toBe(
				`NetworkChaos "${stage.namespace}/foreign-1a2b3c4d" exists in the cluster ${where(stage.reference)} and belongs to no ` +
					'Pulumi resource (made by kubectl or another tool), not to "shop/dev/urn/NetworkChaos/foreign"; delete it where it was ' +
					`made (kubectl -n ${stage.namespace} delete networkchaos foreign-1a2b3c4d), or give this resource another name`,
			);
		});

		it("a cluster that can't be reached", async () => {
			const cluster = await stage.unreachable();
			expect(await refusal("far", { cluster })).toMatch(
				new RegExp(
					`^${literally(`${apply("far")} ${where(cluster)}: the API server can't be reached (`)}connect ECONNREFUSED 127\\.0\\.0\\.1:\\d+` +
						`${literally("); check that the cluster is up and that the address is right")}$`,
				),
			);
		});

		it("credentials without rights", async () => {
			const cluster = await stage.powerless();
			expect(await refusal("weak", { cluster })).toBe(
				`${apply("weak")} ${where(cluster)}: no rights: networkchaos.chaos-mesh.org "weak-1a2b3c4d" is forbidden: User ` +
					`"system:serviceaccount:${stage.namespace}:powerless" cannot get resource "networkchaos" in API group "chaos-mesh.org" ` +
					`in the namespace "${stage.namespace}"; grant that user the verb and resource named here`,
			);
		});

		it("a namespace that does not exist", async () => {
			expect(await refusal("lost", { namespace: "no-such-namespace" })).toBe(
				`can't apply NetworkChaos "no-such-namespace/lost-1a2b3c4d" in the cluster ${where(stage.reference)}: there is no ` +
					'namespace "no-such-namespace"; create it first, or set another "namespace"',
			);
		});

		it("what the API server finds wrong, in its own words", async () => {
			const spec = { ...stage.inputs("odd").spec, mode: "some" };
			// It adds what else it did not look at because of that.
			expect(await refusal("odd", { spec })).toMatch(
				new RegExp(
					`^${literally(`${apply("odd")} ${where(stage.reference)}: refused with status 422: NetworkChaos.chaos-mesh.org "odd-1a2b3c4d" is invalid: `)}` +
						`.*${literally('spec.mode: Unsupported value: "some": supported values: "one", "all"')}`,
				),
			);
		});

		const stays =
			'It stays in the state, so that "pulumi destroy" recovers what is in place; when the cause is gone, "pulumi up" goes on';

		it.each([
			["NoTarget", "spec.selector matches no running pod"],
			["UnknownNamespace", 'spec.selector: namespace "sohp" does not exist'],
		] as const)("a selection that stays empty (%s)", async (reason, message) => {
			stage.puppet.script = () => status([said("Selected", false, reason, message)]);
			const name = reason.toLowerCase();
			expect(await refusal(name)).toBe(
				`NetworkChaos "${stage.namespace}/${name}-1a2b3c4d" is not injected: no target for 500ms: ${message}. ${stays}`,
			);
		});
	});
});

function literally(text: string): string {
	return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
