import { describe, expect, it } from "vitest";
import type { Addresses, ChosenPod } from "../../../api/plan.ts";
import { planNetwork } from "../../../faults/network/plan.ts";
import type { NetworkChaosSpec } from "../../../faults/network/spec.ts";

function pod(name: string, ...ips: string[]): ChosenPod {
	return { namespace: "shop", name, uid: `uid-${name}`, node: "n1", ips, hostNetwork: false, containers: [] };
}

const front = pod("front", "10.0.0.1", "fd00::1");
const back = pod("back", "10.0.0.2", "fd00::2");
const selector = { labelSelectors: {} };
const base: NetworkChaosSpec = { action: "partition", mode: "all", selector };

function plan(
	spec: Partial<NetworkChaosSpec>,
	targets: ChosenPod[] = [],
	addresses: Addresses = {},
): Record<string, unknown> {
	const chosen = { ".": [front], ...(spec.target && { ".Target": targets }) };
	const planned = planNetwork({ ...base, ...spec }, chosen, addresses);
	return Object.fromEntries(
		planned.map((one) => {
			if ("refused" in one) return [one.pod.name, one.refused];
			const { instruction } = one;
			return [one.pod.name, instruction.action === "partition" ? instruction.drops : instruction.paths];
		}),
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
			back: "pod shop/back shares its node's network (hostNetwork: true), so the fault would hit the whole node, which this installation does not allow; choose pods of their own network",
		});
	});

	it("hits pods on their node's network where that is allowed, but for what the cluster needs there", () => {
		const onHost = { ...back, ips: ["192.0.2.7"], hostNetwork: true };
		const planned = (ips: string[]) =>
			planNetwork({ ...base, target }, { ".": [front], ".Target": [{ ...onHost, ips }] }, {}, [
				"192.0.2.9",
				"10.0.9.9",
			]);
		expect(planned(["192.0.2.7"])[1]).toMatchObject({
			instruction: { drops: [{ hook: "input", peers: fronts }], spared: ["192.0.2.9", "10.0.9.9"] },
		});
		expect(planned(["192.0.2.7"])[0]).not.toHaveProperty("instruction.spared");
		expect(planned(["192.0.2.9"])[1]).toMatchObject({
			refused:
				"pod shop/back shares its node's network (hostNetwork: true), and the API server runs there; choose pods of their own network",
		});
		const delay = { action: "delay", delay: { latency: "1s" } } as const;
		expect(planNetwork({ ...base, ...delay }, { ".": [onHost] }, {}, [])).toMatchObject([
			{ refused: expect.stringContaining("where only a partition can be done") },
		]);
		expect(planNetwork(base, { ".": [onHost] }, {}, [])).toMatchObject([
			{ refused: expect.stringContaining("can't be cut off from everybody: name a target or externalTargets") },
		]);
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

	it("drops for each port of external targets apart", () => {
		expect(
			plan({ target, externalTargets: ["192.0.2.0/24:443", "192.0.2.7:443", "[2001:db8::1]:80"] }, [back]),
		).toEqual({
			front: [
				{ hook: "output", peers: backs },
				{ hook: "output", peers: ["192.0.2.0/24", "192.0.2.7"], port: 443 },
				{ hook: "output", peers: ["2001:db8::1"], port: 80 },
			],
			back: [{ hook: "input", peers: fronts }],
		});
		expect(plan({ externalTargets: ["192.0.2.7:443"] })).toEqual({
			front: [{ hook: "output", peers: ["192.0.2.7"], port: 443 }],
		});
	});

	it("uses the device of each side", () => {
		expect(plan({ target, device: "eth1", targetDevice: "net1" }, [back])).toEqual({
			front: [{ hook: "output", peers: backs, device: "eth1" }],
			back: [{ hook: "input", peers: fronts, device: "net1" }],
		});
	});
});

describe("planNetwork, shaping", () => {
	const target = { mode: "all", selector } as const;
	const delay = { latency: "100ms" } as const;
	const backs = ["10.0.0.2", "fd00::2"];
	const fronts = ["10.0.0.1", "fd00::1"];
	const shape = (spec: Partial<NetworkChaosSpec>, targets: ChosenPod[] = []) =>
		plan({ action: "delay", delay, ...spec }, targets);

	it("shapes what concerns everybody at the selected pods", () => {
		expect(shape({})).toEqual({ front: [{ hook: "egress" }] });
		expect(shape({ direction: "from" })).toEqual({ front: [{ hook: "ingress" }] });
		expect(shape({ direction: "both" })).toEqual({ front: [{ hook: "egress" }, { hook: "ingress" }] });
	});

	it("shapes replies where they are sent and the rest where it is received, so that each packet is hit once", () => {
		expect(shape({ target, direction: "to" }, [back])).toEqual({
			front: [{ hook: "egress", peers: backs, part: "replies" }],
			back: [{ hook: "ingress", peers: fronts, part: "rest" }],
		});
		expect(shape({ target, direction: "from" }, [back])).toEqual({
			front: [{ hook: "ingress", peers: backs, part: "rest" }],
			back: [{ hook: "egress", peers: fronts, part: "replies" }],
		});
	});

	it("shapes all at one end when the other is on its node's network", () => {
		const onHost = { ...back, name: "host", ips: ["192.0.2.7"], hostNetwork: true };
		expect(shape({ target }, [back, onHost])).toEqual({
			front: [
				{ hook: "egress", peers: backs, part: "replies" },
				{ hook: "egress", peers: ["192.0.2.7"] },
			],
			back: [{ hook: "ingress", peers: fronts, part: "rest" }],
			host: expect.stringMatching(/^pod shop\/host shares its node's network/),
		});
	});

	it("shapes external targets at the selected pods, by port, both ways", () => {
		expect(
			shape({ externalTargets: ["192.0.2.0/24", "203.0.113.7:443"], direction: "both", device: "eth1@if4" }),
		).toEqual({
			front: [
				{ hook: "egress", peers: ["192.0.2.0/24"], device: "eth1" },
				{ hook: "egress", peers: ["203.0.113.7"], port: 443, device: "eth1" },
				{ hook: "ingress", peers: ["192.0.2.0/24"], device: "eth1" },
				{ hook: "ingress", peers: ["203.0.113.7"], port: 443, device: "eth1" },
			],
		});
	});

	it("refuses sides that overlap, by which packets would be hit twice", () => {
		const external = ["fd00::/16", "192.0.2.1"];
		const why = `target and externalTargets overlap: fd00::2 of pod shop/back belongs to the external target "fd00::/16", so packets to it would be hit twice; leave it out of one of them`;
		expect(shape({ target, externalTargets: external }, [back])).toEqual({ front: why, back: why });
		expect(shape({ target, direction: "both" }, [front])).toEqual({
			front: `selector and target overlap: both choose pod shop/front, so with direction "both" its packets would be hit twice; choose sets that have no pod in common, or direction "to"`,
		});
	});
});

describe("planNetwork, names", () => {
	const externalTargets = ["pay.example.com", "back.shop.svc:80", "192.0.2.1"];
	const addresses = {
		"pay.example.com": ["203.0.113.7", "2001:db8::7"],
		"back.shop.svc:80": ["10.96.0.1:80", "[fd00::2]:8080"],
	};
	const sides = [
		{ peers: ["203.0.113.7", "2001:db8::7", "192.0.2.1"] },
		{ peers: ["10.96.0.1"], port: 80 },
		{ peers: ["fd00::2"], port: 8080 },
	];

	it("aims at the addresses that names stand for", () => {
		expect(plan({ externalTargets }, [], addresses)).toEqual({
			front: sides.map((side) => ({ hook: "output", ...side })),
		});
		const delay = { latency: "100ms" } as const;
		expect(plan({ action: "delay", delay, externalTargets, direction: "from" }, [], addresses)).toEqual({
			front: sides.map((side) => ({ hook: "ingress", ...side })),
		});
	});

	it("finds a pod of the target behind a name", () => {
		const spec = { action: "delay", delay: { latency: "1s" }, target: { mode: "all", selector } } as const;
		expect(plan({ ...spec, externalTargets }, [back], addresses)["front"]).toMatch(
			/^target and externalTargets overlap: fd00::2 of pod shop\/back belongs to the external target "back.shop.svc:80"/,
		);
	});

	it.each(["partition", "delay"] as const)("never turns a name without addresses into everybody: %s", (action) => {
		const spec = { action, ...(action === "delay" && { delay: { latency: "1s" } }) };
		expect(() => plan({ ...spec, externalTargets: ["pay.example.com"] })).toThrow(
			'no address is known of the external target "pay.example.com"',
		);
	});
});

describe("planNetwork, numbers", () => {
	const numbers = (spec: Partial<NetworkChaosSpec>): unknown => {
		const [planned] = planNetwork({ ...base, ...spec }, { ".": [front] }, {});
		if (!planned || "refused" in planned) return undefined;
		const { action: _, ...rest } = planned.instruction;
		return { ...rest, paths: undefined };
	};

	it("are microseconds, shares of one, bits a second and bytes", () => {
		const netem = {
			delay: {
				latency: "0.5ms",
				jitter: "10us",
				correlation: "25",
				reorder: { reorder: "50", correlation: "", gap: 5 },
			},
			loss: { loss: "12.5", correlation: "1" },
			duplicate: { duplicate: "100" },
			corrupt: { corrupt: "0" },
			rate: { rate: "1 mbps" },
		} as const;
		expect(numbers({ action: "netem", ...netem })).toEqual({
			netem: {
				delay: { latency: 500, jitter: 10, correlation: 0.25 },
				reorder: { probability: 0.5, correlation: 0, gap: 5 },
				loss: { probability: 0.125, correlation: 0.01 },
				duplicate: { probability: 1, correlation: 0 },
				corrupt: { probability: 0, correlation: 0 },
			},
			bucket: { rate: 8_000_000, limit: 1_514_000, buffer: 10_000 },
		});
		expect(numbers({ action: "delay", delay: { latency: "1h" } })).toEqual({
			netem: { delay: { latency: 3_600_000_000, jitter: 0, correlation: 0 } },
		});
	});

	it("of a bandwidth are as given, its peak in bits", () => {
		const bandwidth = { rate: "1gbit", limit: 1000, buffer: 2000 } as const;
		expect(numbers({ action: "bandwidth", bandwidth })).toEqual({ bucket: { rate: 1e9, limit: 1000, buffer: 2000 } });
		expect(numbers({ action: "bandwidth", bandwidth: { ...bandwidth, peakrate: 3e8, minburst: 1600 } })).toEqual({
			bucket: { rate: 1e9, limit: 1000, buffer: 2000, peakrate: 2.4e9, minburst: 1600 },
		});
	});
});
