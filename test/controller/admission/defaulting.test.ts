import { expect, it } from "vitest";
import { defaulted } from "../../../controller/admission/defaulting.ts";
import { networkChaos } from "../../../faults/network/spec.ts";
import { clock, partition, plan } from "./kinds.ts";
import { request } from "./review.ts";

const namespaces = ["own"];

it("fills in what no CRD can, and cuts what is not used", () => {
	const spec = partition({
		direction: "both",
		target: { mode: "one", selector: { namespaces: [] } },
		device: "eth0@if12",
		targetDevice: "eth1@if13",
	});
	expect(defaulted(networkChaos, request("NetworkChaos", spec))).toEqual({
		allowed: true,
		patch: [
			{ op: "add", path: "/spec/selector/namespaces", value: namespaces },
			{ op: "replace", path: "/spec/target/selector/namespaces", value: namespaces },
			{ op: "replace", path: "/spec/device", value: "eth0" },
			{ op: "replace", path: "/spec/targetDevice", value: "eth1" },
		],
	});
});

it("leaves alone what says all itself", () => {
	const spec = partition({ direction: "to", selector: { namespaces: ["a"] }, device: "eth0" });
	expect(defaulted(networkChaos, request("NetworkChaos", spec))).toEqual({ allowed: true, patch: [] });
});

it("does so in the experiments that stand in another object", () => {
	const spec = { networkChaos: partition({ direction: "to" }) };
	expect(defaulted(clock, request("Clock", spec))).toMatchObject({
		patch: [{ op: "add", path: "/spec/networkChaos/selector/namespaces", value: namespaces }],
	});
	expect(defaulted(plan, request("Plan", { steps: [{}, { clock: spec }] }))).toMatchObject({
		patch: [{ op: "add", path: "/spec/steps/1/clock/networkChaos/selector/namespaces", value: namespaces }],
	});
});

it.each([["text"], [["list"]], [undefined]])("leaves a spec that is none to the CRD: %j", (spec) => {
	expect(defaulted(networkChaos, request("NetworkChaos", spec))).toEqual({ allowed: true });
});
