import { describe, expect, it } from "vitest";
import type { Partition } from "../../../faults/network/instruction.ts";
import { pod } from "../pods.ts";
import { experiment, TestWorld } from "../world.ts";

const name = "pay.example.com";

/** A partition of a pod from a name. */
function worldOf(known: string[] | string, externalTargets = [`${name}:443`]): TestWorld {
	const world = new TestWorld([pod("a")]);
	world.experiment = experiment({ spec: { externalTargets } });
	world.names.set(name, known);
	return world;
}

/** What the node was told to drop, each time. */
function drops({ injected }: TestWorld): unknown[] {
	return injected.flatMap(({ items }) => items.map(({ instruction }) => (instruction as Partition).drops));
}

const aimedAt = (...peers: string[]) => [{ hook: "output", peers }];

describe("a name that stands for nothing", () => {
	it("is told with its place in the spec, and the fault is put in when it does stand for something", async () => {
		const world = worldOf("DNS knows no such name; correct it", ["192.0.2.1", name]);
		expect(await world.settle()).toBe(5000);
		const said = {
			status: "False",
			reason: "UnknownHost",
			message: `spec.externalTargets[1]: "${name}" can't be looked up: DNS knows no such name; correct it`,
		};
		expect(world.condition("Selected")).toMatchObject(said);
		expect(world.condition("AllInjected")).toMatchObject(said);
		expect(world.condition("HostLost")).toBeUndefined();
		expect(world.injected).toEqual([]);
		world.names.set(name, ["203.0.113.7"]);
		world.clock += 5000;
		await world.settle();
		expect(drops(world)).toEqual([aimedAt("192.0.2.1", "203.0.113.7")]);
		expect(world.condition("Selected")?.status).toBe("True");
	});

	it("any more leaves the fault where it is, which a condition says until it is over", async () => {
		const world = worldOf(["203.0.113.7"], [name]);
		await world.settle();
		world.announced.length = 0;
		world.names.set(name, "DNS knows no such name");
		world.clock += 5000;
		await world.settle();
		const message = `spec.externalTargets[0]: "${name}" can't be looked up: DNS knows no such name; the fault stays on 203.0.113.7`;
		expect(world.condition("HostLost")).toMatchObject({ status: "True", reason: "HostLost", message });
		expect(world.condition("AllInjected")?.status).toBe("True");
		expect(world.announced).toEqual([{ type: "Warning", reason: "HostLost", message }]);
		// Another controller, and a pod that takes the place of the other, go by the last addresses too.
		world.restart();
		world.pods.clear();
		world.clock += 5000;
		await world.settle();
		world.setPod(pod("a", { metadata: { uid: "uid-a2" } }));
		await world.settleLater();
		expect(drops(world)).toEqual([aimedAt("203.0.113.7"), aimedAt("203.0.113.7")]);
		expect(world.condition("HostLost")?.status).toBe("True");
		world.names.set(name, ["203.0.113.7"]);
		world.clock += 5000;
		await world.settle();
		expect(world.condition("HostLost")?.status).toBe("False");
		expect(world.injected).toHaveLength(2);
	});
});

describe("a name that stands for something else", () => {
	it("has the fault changed, once, and the status says where it is aimed", async () => {
		const world = worldOf(["203.0.113.7:443"]);
		await world.settle();
		world.names.set(name, ["203.0.113.8:443"]);
		world.clock += 5000;
		await world.settle();
		await world.settleLater();
		expect(drops(world)).toEqual(
			["203.0.113.7", "203.0.113.8"].map((ip) => [{ hook: "output", peers: [ip], port: 443 }]),
		);
		expect(world.experiment?.status?.hosts).toEqual([{ host: `${name}:443`, addresses: ["203.0.113.8:443"] }]);
		expect(world.condition("AllInjected")?.status).toBe("True");
	});

	it("has it changed by a controller that was not there before", async () => {
		const world = worldOf(["203.0.113.7"], [name]);
		await world.settle();
		world.restart();
		world.names.set(name, ["203.0.113.8"]);
		await world.settle();
		await world.settleLater();
		expect(drops(world)).toEqual([aimedAt("203.0.113.7"), aimedAt("203.0.113.8")]);
	});
});

it("names that stand for more addresses than a status holds are refused, or left as they were", async () => {
	const many = (count: number) => Array.from({ length: count }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
	const world = worldOf(many(4097), [name]);
	await world.settle();
	expect(world.condition("Selected")).toMatchObject({
		reason: "SelectionFailed",
		message: "the names in the spec stand for 4097 addresses, and 4096 are the most for one experiment; name fewer",
	});
	world.names.set(name, ["203.0.113.7"]);
	world.clock += 5000;
	await world.settle();
	world.names.set(name, many(4097));
	world.clock += 5000;
	await world.settle();
	expect(drops(world)).toEqual([aimedAt("203.0.113.7")]);
	expect(world.condition("HostLost")?.message).toMatch(/4096 are the most.*; the fault stays where it is$/);
});

it("what a node's own network must not lose is told to its nodes, and followed", async () => {
	const world = worldOf(["203.0.113.7"], [name]);
	world.setPod(pod("a", { spec: { hostNetwork: true } }));
	await world.settle();
	expect(world.records[0]?.message).toMatch(/which this installation does not allow/);
	world.spared = ["192.0.2.9"];
	await world.settleLater();
	world.spared = ["192.0.2.9", "10.0.0.9"];
	await world.settleLater();
	const spared = world.injected.flatMap(({ items }) =>
		items.map(({ instruction }) => (instruction as Partition).spared),
	);
	expect(spared).toEqual([["192.0.2.9"], ["192.0.2.9", "10.0.0.9"]]);
});
