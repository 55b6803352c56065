import { describe, expect, it } from "vitest";
import { check } from "../../api/check.ts";
import { describeProblems } from "../../api/problem.ts";
import { networkChaos } from "../../faults/network/spec.ts";

const valid = {
	action: "partition",
	mode: "all",
	selector: { namespaces: ["shop"], labelSelectors: { app: "front" } },
	direction: "both",
	target: { mode: "one", selector: { pods: { shop: ["back-0"] } } },
	externalTargets: ["10.0.0.0/8", "2001:db8::1"],
	duration: "90s",
};

const unknown = Symbol("unknown");

function problems(change: Record<string, unknown>): string {
	return describeProblems(check(networkChaos, { ...valid, ...change }, (value) => value === unknown));
}

describe("check", () => {
	it("accepts a spec with every field", () => {
		expect(problems({ device: "eth0", targetDevice: "eth0" })).toBe("");
	});

	it("lets pass what is not known yet, at any depth", () => {
		expect(problems({ duration: unknown, selector: { namespaces: [unknown] }, target: unknown })).toBe("");
		expect(check(networkChaos, unknown, (value) => value === unknown)).toEqual([]);
	});

	it("reports every problem at once", () => {
		expect(check(networkChaos, { action: "explode", mode: "some" })).toHaveLength(3);
	});

	it.each([
		[
			{ action: "explode" },
			'action: "explode" is not a known action; use "partition", "delay", "loss", "duplicate", "corrupt", "rate", "netem" or "bandwidth"',
		],
		[
			{ action: undefined },
			'action: missing; use "partition", "delay", "loss", "duplicate", "corrupt", "rate", "netem" or "bandwidth"',
		],
		[{ mode: undefined }, 'mode: missing; use "one", "all", "fixed", "fixed-percent" or "random-max-percent"'],
		[{ selector: undefined }, "selector: missing"],
		[
			{ duration: "5 minutes" },
			'duration: "5 minutes" is not a duration above zero; write numbers with units of ns, us, ms, s, m or h, such as "90s" or "1h30m"',
		],
		[
			{ duration: 90 },
			'duration: 90 is not a text; write numbers with units of ns, us, ms, s, m or h, such as "90s" or "1h30m"',
		],
		[
			{ selector: { namespaces: ["Shop"] } },
			"selector.namespaces[0]: \"Shop\" is not the name of a namespace; use at most 63 lower-case letters, digits and '-', with a letter or digit at both ends",
		],
		[{ selector: { namespaces: "shop" } }, 'selector.namespaces: "shop" is not a list'],
		[
			{ selector: { labels: { app: "x" } } },
			"selector.labels: is not a known field; the fields here are namespaces, labelSelectors, expressionSelectors, annotationSelectors, fieldSelectors, nodes, nodeSelectors, podPhaseSelectors, pods",
		],
		[
			{ target: { mode: "all", selector: { pods: { shop: ["a", "B"] } } } },
			"target.selector.pods[\"shop\"][1]: \"B\" is not the name of an object; use at most 253 lower-case letters, digits, '-' and '.', with a letter or digit at both ends",
		],
		[
			{ externalTargets: ["example"] },
			'externalTargets[0]: "example" is not an IP address, a CIDR or a full host name, with or without a port; write for example "203.0.113.7", "10.0.0.0/8", "2001:db8::/32", "api.example.com", "payments.shop.svc", "203.0.113.7:443" or "[2001:db8::1]:443"',
		],
		[
			{ device: "a/b" },
			'device: "a/b" is not the name of a network device; use at most 15 letters, digits and the characters ". _ - :", such as "eth0"',
		],
	])("says what is wrong with %j", (change, message) => {
		expect(problems(change)).toBe(message);
	});

	it("refuses a field that another variant has", () => {
		const variants = {
			by: "action",
			of: { partition: { description: "", needs: ["target"], allows: [] } },
			shared: [],
		};
		const kind = { ...networkChaos, spec: { ...networkChaos.spec, variants } };
		expect(describeProblems(check(kind, { action: "partition", mode: "all", selector: {}, direction: "to" }))).toBe(
			[
				'target: missing; action "partition" needs it',
				'mode: "all" does not go with action "partition"; leave mode out',
				'direction: "to" does not go with action "partition"; leave direction out',
			].join("\n"),
		);
	});

	it("refuses what nothing can run yet in one sentence", () => {
		expect(describeProblems(check({ ...networkChaos, pending: true }, valid))).toBe(
			"kind: NetworkChaos can't be run by this version of pulumi-chaos yet",
		);
		const of = { partition: { ...networkChaos.spec.variants.of.partition, pending: true as const } };
		const variants = { ...networkChaos.spec.variants, of };
		const kind = { ...networkChaos, spec: { ...networkChaos.spec, variants } };
		expect(describeProblems(check(kind, valid))).toBe(
			'action: "partition" can\'t be injected by this version of pulumi-chaos yet',
		);
	});

	it("tells what nothing can run yet from what is wrong", () => {
		const problems = check({ ...networkChaos, pending: true }, { ...valid, mode: "some" });
		expect(problems.map(({ path, pending }) => [path, pending])).toEqual([
			["kind", true],
			["mode", undefined],
		]);
	});
});
