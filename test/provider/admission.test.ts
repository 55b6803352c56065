import { describe, expect, it } from "vitest";
import { ApiError } from "../../provider/cluster/cluster.ts";
import type { DrainInputs } from "../../provider/lifecycle/state.ts";
import { inputs, reference, World } from "./world.ts";

const call =
	'Internal error occurred: failed calling webhook "mutate.pulumi-chaos.io": failed to call webhook: Post ' +
	'"https://pulumi-chaos-controller.pulumi-chaos.svc:443/mutate?timeout=5s": connect: connection refused';
const unanswered = new ApiError(500, call);
const at = 'in the cluster https://10.0.0.1:6443 (context "dev" of /home/me/.kube/config)';
const reason =
	`the controller does not answer the API server (${call}); see that its pod is ready with "kubectl get pods -A -l ` +
	'pulumi-chaos.io/component=controller", and that nothing keeps the API server from port 9443 of it';

/** Has a request fail until `ms` have passed. */
function failing(world: World, request: string, error: ApiError, ms: number): void {
	world.cluster.failures.set(request, error);
	setTimeout(() => world.cluster.failures.delete(request), ms);
}

describe("an experiment that the controller is not asked about", () => {
	it("is made as soon as the controller answers", async () => {
		const world = new World();
		failing(world, "create", unanswered, 40);
		expect((await world.handlers.experiment.create(inputs())).outs.phase).toBe("Injected");
	});

	it("is given up when it does not", async () => {
		const world = new World();
		world.cluster.failures.set("create", unanswered);
		const title = 'NetworkChaos "default/cut-1a2b3c4d"';
		await expect(world.handlers.experiment.create(inputs())).rejects.toThrow(`can't apply ${title} ${at}: ${reason}`);
		expect(world.cluster.requests.filter((request) => request.startsWith("create")).length).toBeGreaterThan(3);
	});

	it("is given up at once when it is interrupted", async () => {
		const world = new World();
		world.cluster.failures.set("create", unanswered);
		const creating = world.handlers.experiment.create(inputs());
		await Promise.all([expect(creating).rejects.toThrow("interrupted"), world.interrupts.interrupt()]);
		expect(world.cluster.objects.size).toBe(0);
	});

	it.each([
		["another's webhook", new ApiError(500, 'failed calling webhook "policy.example.com": no endpoints')],
		["a refusal", new ApiError(422, 'admission webhook "validate.pulumi-chaos.io" denied the request: spec.x: wrong')],
	])("is not tried again for %s", async (_, error) => {
		const world = new World();
		world.cluster.failures.set("create", error);
		await expect(world.handlers.experiment.create(inputs())).rejects.toThrow(error.message);
		expect(world.cluster.requests.filter((request) => request.startsWith("create"))).toHaveLength(1);
	});
});

describe("create of a Drain", () => {
	const drain: DrainInputs = { kind: "Drain", cluster: reference, timeout: "1s" };

	it("waits until experiments can be made", async () => {
		const world = new World();
		failing(world, "try", unanswered, 40);
		expect(await world.handlers.drain.create(drain)).toEqual({ id: "drain", outs: drain });
		expect(world.cluster.requests.filter((request) => request.startsWith("try")).length).toBeGreaterThan(1);
		expect(world.cluster.objects.size).toBe(0);
	});

	it("does not mind a user who may not make any, nor that there are no kinds", async () => {
		for (const status of [403, 404]) {
			const world = new World();
			world.cluster.failures.set("try", new ApiError(status, "no"));
			expect(await world.handlers.drain.create(drain)).toMatchObject({ id: "drain" });
		}
	});

	it("says what is in the way, and is in the state all the same", async () => {
		const world = new World();
		world.cluster.failures.set("try", unanswered);
		await expect(world.handlers.drain.create(drain)).rejects.toMatchObject({
			message: `can't make experiments yet ${at}: ${reason}`,
			id: "drain",
			properties: drain,
		});
	});
});
