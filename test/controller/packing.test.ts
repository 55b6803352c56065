import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Experiment } from "../../api/experiment.ts";
import type { TargetRecord } from "../../api/status.ts";
import { packed, packedFrom, unpacked } from "../../controller/packing.ts";
import { newRecord } from "../../controller/records.ts";
import { pod } from "./pods.ts";
import { experiment } from "./world.ts";

/** An experiment with names as long as those of a large cluster. */
function withTargets(count: number, change: (index: number) => Partial<TargetRecord> = () => ({})): Experiment {
	const containerRecords = Array.from({ length: count }, (_, index): TargetRecord => {
		const name = `checkout-service-7d9c5b8f6d-${String(index).padStart(5, "x")}`;
		const uid = randomUUID();
		const nodeName = `ip-10-0-${index % 50}-128.eu-west-1.compute.internal`;
		return {
			...newRecord(".", pod(name, { metadata: { uid }, spec: { nodeName } })),
			phase: "Injected",
			...change(index),
		};
	});
	return { ...experiment(), status: { conditions: [], experiment: { desiredPhase: "Run", containerRecords } } };
}

describe("an experiment with many targets", () => {
	const changes = (index: number): Partial<TargetRecord> =>
		[{}, { container: "0" }, { reason: "InjectFailed" as const, message: `node ${index} has no room` }][index % 3] ??
		{};

	it("is read as it was written", () => {
		const whole = withTargets(packedFrom + 1, changes);
		const text = JSON.stringify(packed(whole));
		expect(text).not.toContain("podUid");
		expect(unpacked(JSON.parse(text))).toEqual(whole);
	});

	it("is less than 1 MB with 6,000", () => {
		expect(JSON.stringify(packed(withTargets(6000))).length).toBeLessThan(1e6);
	});

	it("is less than etcd takes with 6,000 of which each has failed", () => {
		const failed = { phase: "Not Injected/Wait", reason: "NodeUnavailable" } as const;
		const whole = withTargets(6000, (index) => ({
			...failed,
			message: `no answer from ip-10-0-${index % 50}-128: timed out`,
		}));
		expect(JSON.stringify(packed(whole)).length).toBeLessThan(1.4e6);
	});

	it.each(["", "AAAA", "not base64 at all"])(
		"is read when what was packed has become %j: its pods are unknown then",
		(text) => {
			const whole = packed(withTargets(packedFrom + 1));
			if (whole.status) whole.status.experiment.packed = text;
			const [first] = unpacked(whole).status?.experiment.containerRecords ?? [];
			expect(first).toMatchObject({ phase: "Injected", node: "", podUid: "" });
		},
	);
});

it.each([undefined, 1, packedFrom])("leaves an experiment with %s targets as it is", (count) => {
	const whole = count === undefined ? experiment() : withTargets(count);
	expect(packed(whole)).toBe(whole);
	expect(unpacked(whole)).toBe(whole);
});
