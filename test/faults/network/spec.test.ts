import { expect, it } from "vitest";
import { check } from "../../../api/check.ts";
import { describeProblems } from "../../../api/problem.ts";
import { networkChaos } from "../../../faults/network/spec.ts";

const selected = { mode: "all", selector: { labelSelectors: { app: "front" } } };

function problems(spec: object): string {
	return describeProblems(check(networkChaos, { ...selected, ...spec }));
}

it.each([
	[{ action: "rate", rate: { rate: "100" } }, 'rate.rate: "100"'],
	[{ action: "bandwidth", bandwidth: { rate: "10", limit: 1000, buffer: 1000 } }, 'bandwidth.rate: "10"'],
	[{ action: "loss", loss: { correlation: "25" } }, "loss.loss: missing"],
	[{ action: "delay", delay: { correlation: "25", jitter: "1ms" } }, "delay.latency: missing"],
	[{ action: "delay", delay: { latency: "1s", reorder: { correlation: "25" } } }, "delay.reorder.reorder: missing"],
	[{ action: "duplicate", duplicate: { duplicate: "150" } }, 'duplicate.duplicate: "150"'],
	[{ action: "netem" }, 'action: "netem" needs at least one of delay, loss, duplicate, corrupt, rate'],
	[{ action: "partition", device: "eth0/1" }, 'device: "eth0/1"'],
])("refuses %j by name and value", (spec, message) => {
	expect(problems(spec)).toContain(message);
});
