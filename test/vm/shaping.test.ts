import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type NetworkUndo, networkInjector } from "../../faults/network/inject.ts";
import type { Bucket, Netem, NetworkInstruction, Path, Shape } from "../../faults/network/instruction.ts";
import { heavy } from "../support/heavy.ts";
import { difference, settled } from "../support/listing.ts";
import { Pod } from "../support/pod.ts";

const { needs, prepare, inject, recover, verify } = networkInjector;
const back4 = "10.77.0.2";
const back6 = "fd77::2";
/** Echoes of datagrams to it come from `back4`, which the kernel prefers. */
const other4 = "10.77.0.3";
const second4 = "10.78.0.2";

let front: Pod;
let back: Pod;
let before: string[];
const placed: { pod: Pod; undo: NetworkUndo }[] = [];

beforeAll(async () => {
	[front, back] = await Promise.all([Pod.start("front"), Pod.start("back")]);
	front.link(back, "eth0", ["10.77.0.1/24", "fd77::1/64"], [`${back4}/24`, `${other4}/24`, `${back6}/64`]);
	front.link(back, "eth1", ["10.78.0.1/24"], [`${second4}/24`]);
	// Somebody's own, which must stay as it is and goes on working.
	const bucket = ["tbf", "rate", "200mbit", "burst", "50kb", "limit", "500kb"];
	front.run("tc", "qdisc", "replace", "dev", "eth0", "root", "handle", "77:", ...bucket);
	front.run("tc", "qdisc", "add", "dev", "eth1", "clsact");
	front.run(
		"nft",
		"add table inet mesh { chain out { type filter hook output priority -50; policy accept; accept; }; }",
	);
	before = await settled(dumps);
});

afterEach(async () => {
	for (const { pod, undo } of placed.splice(0)) await recover(pod.target, undo);
	expect(difference(before, dumps())).toEqual([]);
});

afterAll(async () => {
	await Promise.all([front?.stop(), back?.stop()]);
});

const dumps = (): string[] => [front, back].flatMap((pod) => pod.dump(["eth0", "eth1"]));

type What = Pick<Shape, "netem" | "bucket">;

let ids = 0;

/** Puts a fault in place on a pod, by an undo record as it comes back from the journal. */
async function put(
	pod: Pod,
	what: What,
	...paths: Path[]
): Promise<{ instruction: NetworkInstruction; undo: NetworkUndo }> {
	const instruction: Shape = { action: "shape", paths, ...what };
	await needs(instruction);
	const id = (++ids).toString(16).padStart(16, "0");
	const undo: NetworkUndo = JSON.parse(JSON.stringify(await prepare(pod.target, instruction, id, 60_000)));
	placed.push({ pod, undo });
	await inject(pod.target, instruction, undo);
	expect(await verify(pod.target, instruction, undo)).toEqual({ verdict: "in place" });
	return { instruction, undo };
}

const chance = (probability: number) => ({ probability, correlation: 0 });
/** How much of a delay is one unit in these tests, ms: enough that a busy machine does not look like another delay. */
const unit = 3;
/** A delay in units. */
const delay = (units: number, jitter = 0): { netem: Netem } => ({
	netem: { delay: { latency: units * unit * 1000, jitter: jitter * unit * 1000, correlation: 0 } },
});

/** Units that the quickest echo takes; asked again for as long as it takes `atMost` or more, since a busy machine is slow. */
async function quickest(host: string, atMost = 0): Promise<number> {
	let least = Number.POSITIVE_INFINITY;
	for (let round = 0; round < 5 && least >= atMost; round++) {
		const echoes = await front.probe(host, { count: 5, enough: 5, burst: 1, everyMs: 10, waitMs: 1200 });
		least = Math.min(least, ...echoes.map(([, ms]) => ms / unit));
	}
	return least;
}

/** Expects that the quickest echo takes at least so long, and not so much longer that another fault would show. */
async function expectDelays(expected: Readonly<Record<string, number>>): Promise<void> {
	for (const [host, units] of Object.entries(expected)) {
		const found = await quickest(host, units + 45);
		expect(found, `delay to ${host}`).toBeGreaterThanOrEqual(units);
		expect(found, `delay to ${host}`).toBeLessThan(units + 45);
	}
}

describe.each(["egress", "ingress"] as const)("on %s", (hook) => {
	heavy("holds back packets of the peers, by a port and through a device, IPv4 and IPv6, and no others", async () => {
		await put(front, delay(100), { hook, peers: [back4, back6] }, { hook, port: 8080, peers: [second4] });
		await expectDelays({ [back4]: 100, [back6]: 100, [second4]: 0, "127.0.0.1": 0 });
		await put(front, delay(60), { hook, device: "eth1" });
		await put(front, delay(50), { hook, port: 8081 });
		await expectDelays({ [back4]: 150, [second4]: 110, "127.0.0.1": 0 });
	});

	heavy("loses packets by chance, at the share that it should", async () => {
		close(count - (await numbers(hook, { loss: chance(share) })).length);
	});

	heavy("limits the rate, of a stream and not of others", async () => {
		const rate = 1_000_000;
		await put(front, { bucket: { rate, limit: 30_000, buffer: 4000 } }, { hook, peers: [back4] });
		const [sender, host] = hook === "egress" ? [front, back4] : [back, "10.77.0.1"];
		const found = await sender.pour(host, 2000);
		expect(found).toBeLessThan(1.05 * rate + 32_000);
		expect(found).toBeGreaterThan(0.7 * rate);
		expect(await front.pour(other4, 1000)).toBeGreaterThan(2 * rate);
	});
});

const count = 600;
const share = 0.3;

/** Expects a number of packets that some of them, by the share, come to; one time in a million it is not so. */
function close(found: number): void {
	expect(Math.abs(found - count * share)).toBeLessThan(4.9 * Math.sqrt(count * share * (1 - share)));
}

/** The numbers of the datagrams whose echoes come back, in their order, with a fault in place. */
async function numbers(hook: Path["hook"], netem: Netem): Promise<number[]> {
	await put(front, { netem }, { hook, peers: [back4] });
	const echoes = await front.probe(back4, { count, burst: 4, everyMs: 10, waitMs: 2000 });
	return echoes.map(([number]) => number);
}

heavy("repeats packets by chance", async () => {
	const found = await numbers("ingress", { duplicate: chance(share) });
	expect(new Set(found).size).toBe(count);
	close(found.length - count);
});

heavy("spoils packets by chance", async () => {
	close(count - (await numbers("egress", { corrupt: chance(share) })).length);
});

heavy("lets packets overtake others by chance", async () => {
	const { delay: slow } = delay(200).netem;
	const order = await numbers("egress", { ...(slow && { delay: slow }), reorder: { ...chance(share), gap: 1 } });
	expect(order.length).toBe(count);
	// Those that are held back are overtaken, but for the last ones, behind which nobody comes.
	let highest = -1;
	const late = order.filter((number) => {
		highest = Math.max(highest, number);
		return number < highest;
	});
	expect(late.length).toBeGreaterThan(0.4 * count);
	expect(late.length).toBeLessThan(0.8 * count);
});

heavy("tells replies of a server from all the rest", async () => {
	const paths: Path[] = [
		{ hook: "egress", part: "replies" },
		{ hook: "ingress", part: "rest" },
	];
	await put(front, delay(100), ...paths);
	await expectDelays({ [back4]: 0 });
	await put(back, delay(100), ...paths);
	await expectDelays({ [back4]: 200 });
});

heavy("varies a delay evenly by its jitter", async () => {
	await put(front, delay(100, 60), { hook: "egress" });
	const echoes = await front.probe(back4, { count: 150, enough: 150, burst: 1, everyMs: 5, waitMs: 2000 });
	const times = echoes.map(([, ms]) => ms / unit).sort((one, other) => one - other);
	expect(times.length).toBe(150);
	expect(times[0]).toBeGreaterThanOrEqual(40);
	expect(times[15]).toBeLessThan(90);
	expect(times[135]).toBeGreaterThan(125);
});

describe("several faults on one pod", () => {
	it("add up where both match, and are undone one by one", async () => {
		const one = await put(front, delay(60), { hook: "egress" });
		const two = await put(front, delay(100), { hook: "egress", peers: [back4] });
		const three = await put(front, delay(50), { hook: "ingress", peers: [back4, back6] });
		await expectDelays({ [back4]: 210, [back6]: 110, [second4]: 60 });
		await recover(front.target, one.undo);
		await expectDelays({ [back4]: 150, [back6]: 50, [second4]: 0 });
		expect(await verify(front.target, two.instruction, two.undo)).toEqual({ verdict: "in place" });
		await recover(front.target, two.undo);
		await expectDelays({ [back4]: 50, [back6]: 50, [second4]: 0 });
		expect(await verify(front.target, three.instruction, three.undo)).toEqual({ verdict: "in place" });
	});

	heavy("share the tokens of one bucket, whatever else is done to the packets", async () => {
		const rate = 1_000_000;
		await put(front, delay(20), { hook: "egress", peers: [other4] });
		await put(front, { bucket: { rate, limit: 30_000, buffer: 4000 } }, { hook: "egress" });
		await put(front, { netem: { loss: chance(0.01) } }, { hook: "egress", peers: [back4] });
		const found = await Promise.all([front.pour(back4, 3000), front.pour(other4, 3000), front.pour(second4, 3000)]);
		expect(found.reduce((sum, one) => sum + one)).toBeLessThan(1.3 * rate);
		await expectDelays({ [other4]: 20 });
	});

	heavy("are put in and taken out at once", async () => {
		const all = await Promise.all([20, 30, 40, 50, 60, 70].map((ms) => put(front, delay(ms), { hook: "egress" })));
		await expectDelays({ [back4]: 270 });
		const seventh = put(front, delay(1), { hook: "ingress" });
		await expect(seventh).rejects.toThrow(/^pod shop\/front already has 6 faults that shape its packets/);
		await Promise.all(all.slice(0, 3).map(({ undo }) => recover(front.target, undo)));
		await expectDelays({ [back4]: 180 });
	});

	heavy("refuse what does not go together", async () => {
		const bucket: Bucket = { rate: 8_000_000, limit: 150_000, buffer: 10_000 };
		await put(front, { bucket }, { hook: "egress", peers: [back4] });
		await put(front, { bucket }, { hook: "ingress", peers: [back4] });
		await expect(put(front, { bucket }, { hook: "egress" })).rejects.toThrow(
			/^what pod shop\/front sends already has a limit of its rate \(injection [0-9a-f]{16}\); a direction can have one/,
		);
		const loud = await put(back, { netem: { duplicate: chance(0.5) } }, { hook: "egress" });
		await expect(put(back, delay(10), { hook: "egress" })).rejects.toThrow(
			/^this node's kernel lets no fault that duplicates packets stand beside another one/,
		);
		const { undo } = placed.pop() ?? {};
		if (undo) await recover(back.target, undo);
		expect(await verify(back.target, loud.instruction, loud.undo)).toEqual({ verdict: "in place" });
	});
});

describe("undoing", () => {
	it("refuses a device that the pod does not have, before anything is done", async () => {
		await expect(put(front, delay(10), { hook: "ingress", device: "eth7" })).rejects.toThrow(
			'pod shop/front has no network device "eth7"; it has lo, eth0, eth1: name one of them, or none for all but lo',
		);
	});

	heavy("works from the record alone, again and again, and after half of an inject", async () => {
		const { instruction, undo } = await put(front, delay(100), { hook: "egress" }, { hook: "ingress" });
		await put(front, delay(30), { hook: "egress" });
		await inject(front.target, instruction, undo);
		await expectDelays({ [back4]: 230 });
		// As if the daemon had died before its tables were there.
		for (const family of ["inet", "netdev"]) front.run("nft", "delete", "table", family, undo.table);
		expect(await verify(front.target, instruction, undo)).toMatchObject({ verdict: "lost" });
		await recover(front.target, undo);
		await expectDelays({ [back4]: 30 });
		await recover(front.target, undo);
		await expectDelays({ [back4]: 30 });
	});
});

heavy("sees what is lost, and puts it back when it is injected again", async () => {
	const device = "pchaos-out";
	const tampers: [string, ...string[]][] = [
		["ip", "link", "delete", device],
		["tc", "qdisc", "change", "dev", device, "parent", "7c05:1", "netem", "delay", "1ms"],
		["tc", "filter", "delete", "dev", "eth0", "egress"],
		["nft", "delete", "table", "inet", "pulumi_chaos_00000000000000ff"],
	];
	ids = 0xfe;
	const { instruction, undo } = await put(front, delay(100), { hook: "egress", peers: [back4] });
	for (const [tool, ...args] of tampers) {
		front.run(tool, ...args);
		const why = `${tool} ${args.join(" ")}`;
		expect(await verify(front.target, instruction, undo), why).toMatchObject({ verdict: "lost" });
		await inject(front.target, instruction, undo);
		expect(await verify(front.target, instruction, undo), why).toEqual({ verdict: "in place" });
	}
	await expectDelays({ [back4]: 100, [other4]: 0 });
});
