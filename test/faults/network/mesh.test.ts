import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { findingOf } from "../../../api/injector.ts";
import { type NetworkUndo, networkInjector } from "../../../faults/network/inject.ts";
import type { NetworkInstruction } from "../../../faults/network/instruction.ts";
import { buildHelpers } from "../../support/helpers.ts";
import { Pod } from "../../support/pod.ts";
import { expectReach } from "../../support/reach.ts";
import { Sidecar } from "../../support/sidecar.ts";

const { needs, prepare, inject, recover, verify } = networkInjector;
const [front4, back4, other4] = ["10.77.0.1", "10.77.0.2", "10.77.0.3"];
const latencyMs = 400;

let front: Pod;
let back: Pod;
let helpers: Awaited<ReturnType<typeof buildHelpers>>;
let sidecars: Sidecar[];
let before: string[];
const placed: { pod: Pod; undo: NetworkUndo }[] = [];

beforeAll(async () => {
	[front, back, helpers] = await Promise.all([Pod.start("front"), Pod.start("back"), buildHelpers()]);
	front.link(back, "eth0", [`${front4}/24`], [`${back4}/24`, `${other4}/24`]);
	await expectReach(front, { [back4]: true });
	sidecars = [await Sidecar.start(front), await Sidecar.start(back)];
	before = [front, back].map((pod) => pod.ruleset());
});

afterEach(async () => {
	for (const { pod, undo } of placed.splice(0)) await recover(pod.target, undo);
	// What leads packets to the proxies is as it was, and works.
	expect([front, back].map((pod) => pod.ruleset())).toEqual(before);
	expect(await talks(back4)).toBeLessThan(latencyMs);
});

afterAll(async () => {
	for (const sidecar of sidecars ?? []) await sidecar.stop();
	await Promise.all([front?.stop(), back?.stop()]);
	helpers?.remove();
});

let ids = 0;

async function put(pod: Pod, instruction: NetworkInstruction): Promise<void> {
	await needs(instruction);
	const undo = await prepare(pod.target, instruction, `e${(++ids).toString(16).padStart(15, "0")}`, 600_000);
	placed.push({ pod, undo });
	await inject(pod.target, instruction, undo);
	expect(findingOf(await verify(pod.target, instruction, undo)).verdict).toBe("in place");
}

/** Milliseconds until a new connection echoes, by what the application sees; Infinity when it does not. */
async function talks(host: string, patienceMs = 5000): Promise<number> {
	const connection = await front.dial(host, patienceMs);
	const start = performance.now();
	if (connection === undefined || !(await front.talks(connection, patienceMs))) return Number.POSITIVE_INFINITY;
	return performance.now() - start;
}

/** Milliseconds that an echo takes on a connection that is there. */
async function echo(connection: number | undefined): Promise<number> {
	const start = performance.now();
	expect(await front.talks(connection, 5000)).toBe(true);
	return performance.now() - start;
}

const held = { delay: { latency: latencyMs * 1000, jitter: 0, correlation: 0 } };

describe("in a mesh", () => {
	it.each([
		["what front sends", () => front, "egress", back4],
		["what front receives", () => front, "ingress", back4],
		["what back sends", () => back, "egress", front4],
		["what back receives", () => back, "ingress", front4],
	] as const)(
		"a delay of %s holds each packet back once, on its way between the proxies",
		async (_what, pod, hook, peer) => {
			const connection = await front.dial(back4);
			expect(await echo(connection)).toBeLessThan(latencyMs);
			await put(pod(), { action: "shape", paths: [{ hook, peers: [peer] }], netem: held });
			const ms = await echo(connection);
			expect(ms).toBeGreaterThanOrEqual(latencyMs);
			expect(ms).toBeLessThan(2 * latencyMs);
		},
	);

	it.each([
		["what front sends", () => front, "output", back4],
		["what front receives", () => front, "input", back4],
		["what back sends", () => back, "output", front4],
		["what back receives", () => back, "input", front4],
	] as const)(
		"a partition of %s cuts the proxies off from each other, and nobody else",
		async (_what, pod, hook, peer) => {
			const connection = await front.dial(back4);
			expect(await front.talks(connection, 2000)).toBe(true);
			await put(pod(), { action: "partition", drops: [{ hook, peers: [peer] }] });
			expect(await front.talks(connection, 700)).toBe(false);
			// The application reaches its own proxy all the same, which gets no further.
			expect(await talks(back4, 700)).toBe(Number.POSITIVE_INFINITY);
			if (pod() === front) expect(await talks(other4)).toBeLessThan(latencyMs);
		},
	);
});
