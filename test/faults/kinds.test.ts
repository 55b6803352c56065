import { describe, expect, it } from "vitest";
import { check } from "../../api/check.ts";
import type { Kind } from "../../api/kind.ts";
import { describeProblems } from "../../api/problem.ts";
import { faults, pendingFaults } from "../../faults/registry.ts";
import { ready } from "../support/ready.ts";

const kinds: Record<string, Kind> = {
	...Object.fromEntries(Object.entries(faults).map(([name, { kind }]) => [name, kind])),
	...pendingFaults,
};

const base = { mode: "all", selector: { labelSelectors: { app: "front" } } };
const target = { mode: "all", selector: {} };

/** What `check` says of a spec, as if everything could be injected. */
function problems(name: string, spec: object): string {
	const kind = kinds[name];
	if (!kind) throw new Error(`no kind ${name}`);
	return describeProblems(check(ready(kind), { ...base, ...spec }));
}

it.each(Object.entries(pendingFaults))("%s is refused as long as nothing injects it", (name, kind) => {
	expect(describeProblems(check(kind, base))).toContain(`kind: ${name} can't be run by this version`);
});

describe("accepted", () => {
	it.each([
		["NetworkChaos", { action: "delay", delay: { latency: "5.s", correlation: "", jitter: "0" } }],
		["NetworkChaos", { action: "delay", delay: { latency: "1ms", reorder: { reorder: "5e0", gap: 0 } } }],
		["NetworkChaos", { action: "loss", loss: { loss: "+25.5" }, direction: "both", target }],
		["NetworkChaos", { action: "loss", loss: { loss: "1" }, direction: "both" }],
		["NetworkChaos", { action: "loss", loss: { loss: "1" }, direction: "from", externalTargets: ["[::1]:53"] }],
		["NetworkChaos", { action: "netem", delay: { latency: "1ms" }, rate: { rate: "1 mbps" } }],
		["NetworkChaos", { action: "bandwidth", bandwidth: { rate: "1Mbit", limit: 1, buffer: 1 } }],
		["NetworkChaos", { action: "partition", device: "eth0@if3", direction: "from" }],
		["StressChaos", { stressors: { cpu: { workers: 1, load: 0 }, memory: { workers: 2, size: "50%" } } }],
		["StressChaos", { stressors: { cpu: { workers: 1, options: ["--cpu-method=fft", "--cpu-load-slice", "-5"] } } }],
		["StressChaos", { stressors: { memory: { workers: 1, options: ["--time", "30s"] } } }],
		["StressChaos", { stressngStressors: "--matrix 2 --matrix-size=64 --matrix-yx\n--vm 1 --vm-bytes 50%" }],
		["TimeChaos", { timeOffset: "-10m100ns", clockIds: ["CLOCK_MONOTONIC"], duration: "" }],
		["IOChaos", { action: "latency", volumePath: "/data", delay: "10ms", methods: ["read"] }],
		["IOChaos", { action: "attrOverride", volumePath: "/data", attr: { perm: 72 } }],
		["DNSChaos", { action: "error", patterns: ["shop.*", "githu?.com"] }],
		["HTTPChaos", { target: "Request", port: 80, abort: true, path: "/api/*", method: "GET" }],
		["HTTPChaos", { target: "Response", port: 80, replace: { code: 500, body: "aGk=" }, code: 200 }],
	])("%s %j", (name, spec) => {
		expect(problems(name, spec)).toBe("");
	});
});

describe("refused", () => {
	it.each([
		["NetworkChaos", { action: "delay", loss: { loss: "50" } }, ["delay: missing", 'loss: {"loss":"50"} does not go']],
		["NetworkChaos", { action: "loss", loss: { loss: "150" } }, ['loss.loss: "150" is not a percentage']],
		["NetworkChaos", { action: "delay", delay: { latency: "-5ms" } }, ['delay.latency: "-5ms" is not a duration']],
		["NetworkChaos", { action: "delay", delay: {} }, ["delay.latency: missing"]],
		["NetworkChaos", { action: "netem" }, ['action: "netem" needs at least one of delay, loss']],
		["NetworkChaos", { action: "loss", loss: { correlation: "25" } }, ["loss.loss: missing"]],
		["NetworkChaos", { action: "delay", delay: { correlation: "25", jitter: "1ms" } }, ["delay.latency: missing"]],
		["NetworkChaos", { action: "rate", rate: { rate: "10" } }, ['rate.rate: "10" is not a rate']],
		[
			"NetworkChaos",
			{ action: "rate", rate: { rate: "1mbit" }, bandwidth: { rate: "1mbit", limit: 1, buffer: 1 } },
			["bandwidth: "],
		],
		[
			"NetworkChaos",
			{ action: "bandwidth", bandwidth: { rate: "1mbit", limit: 1, buffer: 1, peakrate: 5 } },
			["bandwidth.minburst: missing; peakrate needs it"],
		],
		["StressChaos", {}, ["stressors: missing; say what is used up"]],
		["StressChaos", { stressors: {} }, ["stressors.cpu: missing; say what is used up"]],
		["StressChaos", { stressors: { cpu: { workers: -1 } } }, ["stressors.cpu.workers: -1 is out of range"]],
		[
			"StressChaos",
			{ stressngStressors: "--cpu 1", stressors: { cpu: { workers: 1 } } },
			['stressngStressors: "--cpu 1" does not go with stressors'],
		],
		["TimeChaos", { timeOffset: "0s" }, ['timeOffset: "0s" is not an offset of time']],
		[
			"TimeChaos",
			{ timeOffset: "1s", clockIds: ["CLOCK_WALL"] },
			['clockIds[0]: "CLOCK_WALL" is not one of the known'],
		],
		["IOChaos", { action: "latency", volumePath: "/data" }, ["delay: missing"]],
		["IOChaos", { action: "fault", volumePath: "/data", errno: 134 }, ["errno: 134 is out of range"]],
		["IOChaos", { action: "attrOverride", volumePath: "/data", attr: {} }, ["attr: missing"]],
		["IOChaos", { action: "latency", volumePath: "data", delay: "1s" }, ['volumePath: "data" is not an absolute path']],
		["IOChaos", { action: "latency", volumePath: "/d", delay: "1s", methods: ["READ"] }, ['methods[0]: "READ"']],
		["DNSChaos", { action: "random", patterns: ["*.com"] }, ['patterns[0]: "*.com" is not a pattern']],
		["HTTPChaos", { target: "Request", port: 70_000, abort: true }, ["port: 70000 is out of range; use 1 to 65535"]],
		["HTTPChaos", { target: "Request", port: 80, abort: false }, ["abort: missing; say what is done"]],
		["HTTPChaos", { target: "Request", port: 80, method: "get", abort: true }, ['method: "get" is not a known method']],
		["HTTPChaos", { target: "Request", port: 80, code: 200, abort: true }, ["code: 200 does not go with target"]],
		[
			"HTTPChaos",
			{ target: "Response", port: 80, replace: { path: "/x" } },
			['replace.path: "/x" does not go with target "Response"; leave replace.path out'],
		],
	])("%s %j", (name, spec, expected) => {
		const said = problems(name, spec);
		for (const part of expected) expect(said).toContain(part);
	});
});
