import { expect, it } from "vitest";
import type { NetworkInstruction, Shape } from "../../../faults/network/instruction.ts";
import { assertInstruction } from "../../../faults/network/instruction-field.ts";

const delay = { latency: 1, jitter: 0, correlation: 0 };
const shape: Shape = { action: "shape", paths: [{ hook: "egress" }], netem: { delay } };

it("takes what is planned", () => {
	assertInstruction(shape);
	assertInstruction({ action: "partition", drops: [{ hook: "input", peers: ["::1"], port: 1, device: "eth0" }] });
	assertInstruction({ ...shape, bucket: { rate: 1, limit: 1, buffer: 1 } });
});

it.each([
	[
		{ ...shape, netem: { delay: { ...delay, latency: "1ms; reboot" } } },
		'instruction.netem.delay.latency: "1ms; reboot" is not a number',
	],
	[
		{ ...shape, netem: { loss: { probability: 1.5, correlation: 0 } } },
		"instruction.netem.loss.probability: 1.5 is not a number from 0 to 1",
	],
	[{ ...shape, netem: { loss: { probability: 1 } } }, "instruction.netem.loss.correlation: missing"],
	[{ ...shape, netem: { slot: 1 } }, "instruction.netem.slot: is not a known field"],
	[{ ...shape, bucket: { rate: null, limit: 1, buffer: 1 } }, "instruction.bucket.rate: null is not a number"],
	[{ ...shape, paths: [{ hook: "input" }] }, 'instruction.paths[0].hook: "input" is not a known hook'],
	[{ ...shape, paths: [{ hook: "egress", device: "@all" }] }, "instruction"],
	[{ action: "shape", paths: [{ hook: "egress" }] }, 'instruction.action: "shape" needs netem or bucket'],
	[{ ...shape, drops: [{ hook: "input" }] }, "drops"],
	[{ action: "partition" }, "drops: missing"],
] as const)("refuses %j", (instruction, message) => {
	expect(() => assertInstruction(instruction as unknown as NetworkInstruction)).toThrow(message);
});
