import { describe, expect, it } from "vitest";
import type { ChosenPod } from "../../../api/plan.ts";
import { planNetwork } from "../../../faults/network/plan.ts";
import type { NetworkChaosSpec } from "../../../faults/network/spec.ts";

function pod(name: string, ...ips: string[]): ChosenPod {
	return { namespace: "shop", name, uid: `uid-${name}`, node: "n1", ips, hostNetwork: false, containers: [] };
}

const front = pod("front", "10.0.0.1", "fd00::1");
const back = pod("back", "10.0.0.2", "fd00::2");
const selector = { labelSelectors: {} };
const base: NetworkChaosSpec = { action: "partition", mode: "all", selector };

function plan(spec: Partial<NetworkChaosSpec>, targets: ChosenPod[] = []): Record<string, unknown> {
	const planned = planNetwork({ ...base, ...spec }, { ".": [front], ...(spec.target && { ".Target": targets }) });
	return Object.fromEntries(
		planned.map((one) => [one.pod.name, "refused" in one ? one.refused : one.instruction.drops]),
	);
}

describe("planNetwork, partition", () => {
	const target = { mode: "all", selector } as const;
	const backs = ["10.0.0.2", "fd00::2"];
	const fronts = ["10.0.0.1", "fd00::1"];

	it("drops at both ends, because a Service hides the receiver from the sender", () => {
		expect(plan({ direction: "to", target }, [back])).toEqual({
			front: [{ hook: "output", peers: backs }],
			back: [{ hook: "input", peers: fronts }],
		});
		expect(plan({ direction: "from", target }, [back])).toEqual({
			front: [{ hook: "input", peers: backs }],
			back: [{ hook: "output", peers: fronts }],
		});
		expect(plan({ direction: "both", target }, [back])).toEqual({
			front: [
				{ hook: "output", peers: backs },
				{ hook: "input", peers: backs },
			],
			back: [
				{ hook: "input", peers: fronts },
				{ hook: "output", peers: fronts },
			],
		});
	});

	it("goes to the other side when no direction is given", () => {
		expect(plan({ target }, [back])).toEqual(plan({ direction: "to", target }, [back]));
	});

	it("cuts off everybody without target and external targets", () => {
		expect(plan({ direction: "both" })).toEqual({ front: [{ hook: "output" }, { hook: "input" }] });
	});

	it("never turns an empty set of targets into everybody", () => {
		expect(plan({ target }, [])).toEqual({ front: [{ hook: "output", peers: [] }] });
	});

	it("refuses a pod on its node's network, and cuts the others off from it", () => {
		const onHost = { ...back, ips: ["192.0.2.7"], hostNetwork: true };
		expect(plan({ target }, [onHost])).toEqual({
			front: [{ hook: "output", peers: ["192.0.2.7"] }],
			back: "pod shop/back shares its node's network (hostNetwork: true), so the fault would hit the whole node; choose pods of their own network",
		});
	});

	it("adds external targets to the pods of the target, on the selected pods only", () => {
		expect(plan({ target, externalTargets: ["192.0.2.0/24"] }, [back])).toEqual({
			front: [{ hook: "output", peers: [...backs, "192.0.2.0/24"] }],
			back: [{ hook: "input", peers: fronts }],
		});
		expect(plan({ externalTargets: ["192.0.2.0/24"], direction: "from" })).toEqual({
			front: [{ hook: "input", peers: ["192.0.2.0/24"] }],
		});
	});

	it("uses the device of each side", () => {
		expect(plan({ target, device: "eth1", targetDevice: "net1" }, [back])).toEqual({
			front: [{ hook: "output", peers: backs, device: "eth1" }],
			back: [{ hook: "input", peers: fronts, device: "net1" }],
		});
	});
});
