import type { NetworkInstruction, Shape } from "./instruction.ts";

const chance = { probability: 0.5, correlation: 0 };
const held = { latency: 10_000, jitter: 1000, correlation: 0 };
const bucket = { rate: 1_000_000, limit: 100_000, buffer: 10_000 };

const shape = (what: Pick<Shape, "netem" | "bucket">): Shape => ({
	action: "shape",
	paths: [{ hook: "egress" }, { hook: "ingress" }],
	...what,
});

/** One of each action, in both directions, with all that a node may lack for it. */
export const samples: Readonly<Record<string, NetworkInstruction>> = {
	partition: { action: "partition", drops: [{ hook: "input" }, { hook: "output" }] },
	delay: shape({ netem: { delay: held } }),
	loss: shape({ netem: { loss: chance } }),
	duplicate: shape({ netem: { duplicate: chance } }),
	corrupt: shape({ netem: { corrupt: chance } }),
	rate: shape({ bucket }),
	bandwidth: shape({ bucket }),
	netem: shape({ netem: { delay: held, loss: chance, duplicate: chance, corrupt: chance } }),
};
