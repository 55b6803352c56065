import { expect, it } from "vitest";
import type { InjectionState } from "../../api/daemon-api.ts";
import { createLog } from "../../api/log.ts";
import { ControllerMetrics } from "../../controller/metrics.ts";
import { ObservedNodes } from "../../controller/observed-nodes.ts";
import { NodeUnavailable, type RecoverItem } from "../../controller/world.ts";
import { samplesOf } from "../support/metrics.ts";

const items = ["one", "two"].map(
	(name): RecoverItem => ({
		id: `id-${name}`,
		experiment: "uid-cut",
		kind: "NetworkChaos",
		target: { namespace: "shop", pod: name, podUid: `uid-${name}` },
	}),
);

/** Nodes that answer so, with what was measured and logged. */
function observed(recover: () => Promise<InjectionState[]>) {
	const logged: Record<string, unknown>[] = [];
	const log = createLog("debug", (line) => logged.push(JSON.parse(line)));
	const load = { ready: 0, running: 0, oldestMs: 0 };
	const metrics = new ControllerMetrics({
		leads: () => true,
		probes: () => [],
		experiments: () => [],
		queue: () => load,
		links: () => [],
		pods: () => 0,
	});
	const nodes = new ObservedNodes({ inject: recover, recover }, metrics, log);
	return { nodes, logged, metrics, samples: () => samplesOf(metrics.registry.text()) };
}

const steps = (outcome: string) =>
	`pulumi_chaos_controller_target_steps_total{kind="NetworkChaos",operation="recover",outcome="${outcome}"}`;
const calls = 'pulumi_chaos_controller_node_call_seconds_count{kind="NetworkChaos",operation="recover"}';

it("counts each target by how its step ended, and logs the one that failed with all that it is about", async () => {
	const states: InjectionState[] = [
		{ id: "id-one", experiment: "uid-cut", status: "recovered" },
		{ id: "id-two", experiment: "uid-cut", status: "failed", message: "no room" },
	];
	const { nodes, logged, samples } = observed(async () => states);
	expect(await nodes.recover("node-1", items)).toBe(states);
	expect(samples()).toMatchObject({ [steps("recovered")]: 1, [steps("failed")]: 1, [calls]: 1 });
	expect(logged).toEqual([
		expect.objectContaining({
			level: "warn",
			experiment: "uid-cut",
			kind: "NetworkChaos",
			node: "node-1",
			operation: "recover",
			injection: "id-two",
			target: "shop/two",
			status: "failed",
			message: "a step failed",
			reason: "no room",
		}),
	]);
});

it.each([
	["unavailable", new NodeUnavailable("no daemon")],
	["failed", new Error("the daemon answered 400")],
])("counts all targets of a call without an answer as %s", async (outcome, error) => {
	const { nodes, samples, metrics } = observed(() => {
		expect(metrics.callsInFlight).toBe(1);
		return Promise.reject(error);
	});
	await expect(nodes.recover("node-1", items)).rejects.toBe(error);
	expect(samples()).toMatchObject({
		[steps(outcome)]: 2,
		[calls]: 1,
		pulumi_chaos_controller_node_calls_in_flight: 0,
	});
});
