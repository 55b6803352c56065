import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { findingOf } from "../../../../api/injector.ts";
import type { Netem, Path, Shape } from "../../../../faults/network/instruction.ts";
import { type PacketsUndo, packetEngine } from "../../../../faults/network/packets/inject.ts";
import { engineProtocol } from "../../../../faults/network/packets/questions.ts";
import { Helper } from "../../../../faults/node/helper.ts";
import { helperFiles, readHelperRecord } from "../../../../faults/node/helper-files.ts";
import { netnsOf } from "../../../../faults/node/processes.ts";
import { buildHelpers } from "../../../support/helpers.ts";
import { Pod } from "../../../support/pod.ts";
import { expectReach } from "../../../support/reach.ts";

const { needs, prepare, inject, recover } = packetEngine;
const back4 = "10.77.0.2";
const back6 = "fd77::2";
const other4 = "10.77.0.3";
const chance = (probability: number) => ({ probability, correlation: 0 });
const delay = (ms: number, jitter = 0) => ({ latency: ms * 1000, jitter: jitter * 1000, correlation: 0 });

let front: Pod;
let back: Pod;
let helpers: Awaited<ReturnType<typeof buildHelpers>>;
const placed = new Map<PacketsUndo, Pod>();
let ids = 0;

beforeAll(async () => {
	[front, back, helpers] = await Promise.all([Pod.start("front"), Pod.start("back"), buildHelpers()]);
	front.link(back, "eth0", ["10.77.0.1/24", "fd77::1/64"], [`${back4}/24`, `${other4}/24`, `${back6}/64`]);
	// IPv6 takes a moment to come up on a new device.
	await expectReach(front, { [back6]: true });
});

afterEach(async () => {
	for (const undo of [...placed.keys()]) await take(undo);
	for (const pod of [front, back]) expect(pod.ruleset()).toBe("");
	// The helper ends with the last injection, and leaves nothing.
	expect(readdirSync(helpers.state)).toEqual([]);
});

afterAll(async () => {
	await Promise.all([front?.stop(), back?.stop()]);
	helpers?.remove();
});

/** Shapes what one end sends or receives. */
async function put(pod: Pod, path: Path, netem: Netem, more: Partial<Shape> = {}): Promise<PacketsUndo> {
	const shape: Shape = { action: "shape", paths: [path], netem, ...more };
	await needs(shape);
	const undo = await prepare(pod.target, shape, `packets${ids++}`, 600_000);
	placed.set(undo, pod);
	await inject(pod.target, shape, undo);
	expect(await verdict(pod, path, undo)).toBe("in place");
	return undo;
}

async function verdict(pod: Pod, path: Path, undo: PacketsUndo): Promise<string> {
	const said = await packetEngine.verify(pod.target, { action: "shape", paths: [path] }, undo);
	return findingOf(said).verdict;
}

async function take(undo: PacketsUndo): Promise<void> {
	const pod = placed.get(undo);
	placed.delete(undo);
	if (pod) await recover(pod.target, undo);
}

/** Times of echoes in milliseconds, from the shortest to the longest. */
async function times(host: string, count = 15): Promise<number[]> {
	const echoes = await front.probe(host, { count, burst: 1, everyMs: 5, waitMs: 5000, enough: count });
	expect(echoes.length).toBe(count);
	return echoes.map(([, ms]) => ms).sort((one, other) => one - other);
}

function engineProcess(): number {
	return readHelperRecord(helperFiles(helpers.state, "packet-engine").record)?.pid ?? 0;
}

/** Numbers of the datagrams whose echoes come back, in the order in which they do. */
async function echoed(count: number): Promise<number[]> {
	const echoes = await front.probe(back4, { count, burst: 20, everyMs: 5, waitMs: 500 });
	return echoes.map(([number]) => number);
}

/** Expects that something happens to so many of some as to 30 %; one time in a million it does not. */
function expectShare(found: number, count: number): void {
	expect(Math.abs(found - count * 0.3)).toBeLessThan(4.9 * Math.sqrt(count * 0.3 * 0.7));
}

const ends = [
	["egress", () => front],
	["ingress", () => back],
] as const;

describe.each(ends)("the packet engine at %s", (hook, pod) => {
	it("holds packets back, of IPv4 and IPv6, by times around the latency", async () => {
		await put(pod(), { hook }, { delay: delay(100, 50) });
		for (const host of [back4, back6]) {
			const found = await times(host, 40);
			expect(found[0]).toBeGreaterThanOrEqual(50);
			expect(found[0]).toBeLessThan(100);
			expect(found[39]).toBeGreaterThan(100);
		}
	});

	it("repeats as many packets as it should, and lets as many overtake", async () => {
		const count = 1000;
		const undo = await put(pod(), { hook }, { duplicate: chance(0.3) });
		expectShare((await echoed(count)).length - count, count);
		await take(undo);
		await put(pod(), { hook }, { delay: delay(100), reorder: { ...chance(0.3), gap: 1 } });
		let highest = -1;
		const order = await echoed(count);
		const early = order.filter((number) => {
			highest = Math.max(highest, number);
			return number === highest;
		});
		expectShare(early.length, order.length);
	});

	it("adds up what several injections do, and goes on with the others when one is taken out", async () => {
		const first = await put(pod(), { hook }, { delay: delay(60) });
		await put(pod(), { hook }, { delay: delay(100) });
		const [both = 0] = await times(back4);
		expect(both).toBeGreaterThanOrEqual(160);
		await take(first);
		const [second = 0] = await times(back4);
		expect(second).toBeGreaterThanOrEqual(100);
		expect(second).toBeLessThan(160);
	});

	it("lets what waits go when it is taken out, and cuts nothing when it is killed", async () => {
		const path = { hook };
		const first = await put(pod(), path, { delay: delay(60_000) });
		const probes = front.probe(back4, { count: 10, burst: 10, everyMs: 5, waitMs: 10_000, enough: 10 });
		await new Promise((resolve) => setTimeout(resolve, 300));
		await take(first);
		expect((await probes).map(([number]) => number)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
		const second = await put(pod(), path, { delay: delay(60_000) });
		process.kill(engineProcess(), "SIGKILL");
		// The rules that lead to the queue are still there, and nobody serves it.
		expect(await front.talks(await front.dial(back4))).toBe(true);
		expect(await verdict(pod(), path, second)).toBe("lost");
		// What is done then: everything anew.
		await take(second);
		await put(pod(), path, { delay: delay(100) });
		expect((await times(back4, 5))[0]).toBeGreaterThanOrEqual(100);
	});
});

describe("the packet engine", () => {
	it("shapes what the paths name, and nothing else", async () => {
		await put(front, { hook: "egress", peers: [back4], port: 8081, device: "eth0" }, { delay: delay(100) });
		const [to = 0] = await times(back4, 5);
		const [other = 0] = await times(other4, 5);
		expect([to >= 100, other >= 100]).toEqual([true, false]);
	});

	it("refuses a device that the pod does not have, before anything is done", async () => {
		await expect(put(front, { hook: "egress", device: "eth7" }, { delay: delay(100) })).rejects.toThrow(
			'pod shop/front has no network device "eth7"; it has lo, eth0: name one of them, or none for all but lo',
		);
	});

	it("loses and spoils as many packets as it should", async () => {
		const count = 1000;
		const undo = await put(front, { hook: "egress" }, { loss: chance(0.3) });
		expectShare(count - (await echoed(count)).length, count);
		await take(undo);
		// The receiver drops what has a wrong checksum.
		await put(front, { hook: "egress" }, { corrupt: chance(0.3) });
		expectShare(count - (await echoed(count)).length, count);
	});

	it("limits the rate", async () => {
		const bucket = { rate: 20_000_000, limit: 1_000_000, buffer: 20_000 };
		await put(front, { hook: "egress" }, {}, { bucket });
		const rate = await front.pour(back4, 1500);
		expect(rate).toBeGreaterThan(0.5 * bucket.rate);
		expect(rate).toBeLessThan(1.1 * bucket.rate);
	});

	it("serves forty network namespaces in less than 100 MB", async () => {
		const engine = new Helper("packet-engine", engineProtocol);
		const sleepers = Array.from({ length: 40 }, () => spawn("unshare", ["--net", "--", "sleep", "60"]));
		try {
			const own = netnsOf(process.pid);
			for (const [index, { pid = 0 }] of sleepers.entries()) {
				await vi.waitUntil(() => ![undefined, own].includes(netnsOf(pid)), { timeout: 10_000 });
				const queues = [{ hook: "egress", netem: { delay: delay(10) } }];
				const rest = { table: "none", netns: netnsOf(pid), pid, expiresInMs: 60_000, queues };
				expect(await engine.ask({ do: "add", id: String(index), ...rest })).toMatchObject({ slot: 0 });
			}
			const [, resident] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${engineProcess()}/status`, "utf8")) ?? [];
			expect(Number(resident)).toBeLessThan(100 * 1024);
		} finally {
			for (const index of sleepers.keys()) await engine.ask({ do: "remove", id: String(index) });
			await engine.leave();
			for (const sleeper of sleepers) sleeper.kill("SIGKILL");
		}
	});

	it("sees what others have done to its rules", async () => {
		const path: Path = { hook: "egress", peers: [back4, back6], part: "rest" };
		const undo = await put(front, path, { delay: delay(10) });
		front.run("nft", "flush", "chain", "inet", undo.table, "queue_egress");
		expect(await verdict(front, path, undo)).toBe("lost");
	});
});
