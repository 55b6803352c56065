import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { usualLifetimes } from "../../controller/certificates.ts";
import type { Lease } from "../../controller/lease.ts";
import { injectionOf } from "../../controller/records.ts";
import { eventually } from "../support/kubernetes.ts";
import { conditionOf, type Replica, Stage } from "./stage.ts";

const nodes = [1, 2, 3];
const times = { leaseMs: 4000, leadMs: 2500, renewMs: 500, lookMs: 250 };
const stage = new Stage(usualLifetimes, times);
let second: Replica;

beforeAll(async () => {
	await stage.open(nodes.length);
	second = await stage.startReplica("second");
	await eventually("the second is ready", async () => (await readiness(second)).ok, 30);
});
afterAll(async () => {
	await second?.controller.stop();
	await second?.proxy.stop();
	await stage.close();
});
afterEach(({ task }) => {
	if (task.result?.state === "fail") console.error(stage.log.slice(-60).join(""));
});

const readiness = ({ ports }: Replica): Promise<Response> => fetch(`http://127.0.0.1:${ports.health}/readyz`);

const leasePath = `/apis/coordination.k8s.io/v1/namespaces/${stage.system}/leases/pulumi-chaos-controller`;

async function leader(): Promise<{ identity: string | undefined; epoch: number }> {
	const { spec } = await stage.server.get<Lease>(leasePath);
	return { identity: spec.holderIdentity, epoch: spec.leaseTransitions ?? 0 };
}

/** Two pods on each of the nodes. */
async function pods(name: string): Promise<void> {
	for (const node of nodes) {
		for (const which of ["a", "b"]) await stage.runPod(stage.shop, `${name}-${node}${which}`, { app: name }, node);
	}
}

/** Shuts the daemon of a node, so that its calls wait; returns what opens it. */
function shut(node: number): () => void {
	const { promise, resolve } = Promise.withResolvers<void>();
	stage.daemon(node).gate = promise;
	return resolve;
}

/** Waits until an experiment is in place everywhere; returns how often each of its targets was hit, by the daemons' own count. */
async function hits(name: string): Promise<number[]> {
	const { metadata, status } = await stage.until(name, "AllInjected", "True");
	const all = [...stage.daemons.values()].flatMap(({ injected }) => injected);
	const records = status?.experiment.containerRecords ?? [];
	return records.map((record) => all.filter((id) => id === injectionOf(metadata.uid, record)).length);
}

/** Epochs of the calls that a node has had about the targets of an experiment. */
function epochsOf(node: number, uid: string): number[] {
	const mine = [...stage.daemon(node).held.values()].filter(({ experiment }) => experiment === uid).map(({ id }) => id);
	return stage
		.daemon(node)
		.calls.filter(({ ids }) => ids.some((id) => mine.includes(id)))
		.map(({ epoch }) => epoch);
}

describe("with two controllers", () => {
	it("one leads, and both answer webhooks", async () => {
		expect((await leader()).identity).toBe("first");
		expect((await stage.readiness()).ok).toBe(true);
		await pods("plain");
		const { metadata } = await stage.create("plain", {});
		expect(await hits("plain")).toEqual([1, 1, 1, 1, 1, 1]);
		const { epoch } = await leader();
		for (const node of nodes) expect(epochsOf(node, metadata.uid)).toEqual([epoch]);
		expect(stage.log.filter((line) => line.includes("this replica leads")).length).toBe(1);
	});

	it("the second goes on with a batch that the first was cut off in, and hits nobody twice", async () => {
		const before = await leader();
		const open = shut(1);
		await pods("cut");
		const { metadata } = await stage.create("cut", {});
		await eventually("the others are hit", () => [2, 3].every((node) => epochsOf(node, metadata.uid).length > 0));
		await eventually("the first has called", () => stage.daemon(1).calls.at(-1)?.epoch === before.epoch);
		if (stage.proxy) stage.proxy.down = true;
		stage.proxy?.cut();
		await eventually("the second leads", async () => (await leader()).identity === "second");
		const { epoch } = await leader();
		expect(epoch).toBeGreaterThan(before.epoch);
		await eventually("it has called", () => stage.daemon(1).calls.at(-1)?.epoch === epoch);
		open();
		expect(await hits("cut")).toEqual([1, 1, 1, 1, 1, 1]);
		if (stage.proxy) stage.proxy.down = false;
	});

	it("the other goes on at once when the leader is stopped in the middle of a batch", async () => {
		const before = await leader();
		expect(before.identity).toBe("second");
		const open = shut(3);
		await pods("stopped");
		await stage.create("stopped", {});
		await eventually("the calls are there", () => stage.daemon(3).calls.at(-1)?.epoch === before.epoch);
		const stopped = second.controller.stop();
		open();
		await stopped;
		// Given back, not waited for: it was the first to look.
		expect(["", "first"]).toContain((await leader()).identity);
		expect(await hits("stopped")).toEqual([1, 1, 1, 1, 1, 1]);
		expect((await leader()).identity).toBe("first");
		second = await stage.startReplica("second", second.proxy);
	});

	it("one of them leads again, in a later term, when the Lease is deleted", async () => {
		const before = await leader();
		await stage.remove(leasePath);
		await eventually("there is a leader", async () => {
			const now = await leader().catch(() => undefined);
			return now?.identity && now.epoch > before.epoch;
		});
		await pods("deleted");
		await stage.create("deleted", {});
		expect(await hits("deleted")).toEqual([1, 1, 1, 1, 1, 1]);
	});
});

describe("faults whose node has taken them out because it heard of no controller", () => {
	it("are put back by the controller, which says so", async () => {
		await pods("silent");
		const { metadata } = await stage.create("silent", {});
		expect(await hits("silent")).toEqual([1, 1, 1, 1, 1, 1]);
		stage.daemon(1).lapse();
		await eventually("they are in place again", async () => {
			const { status } = await stage.until("silent", "AllInjected", "True");
			return status?.experiment.containerRecords?.filter(({ injectedCount }) => injectedCount === 2).length === 2;
		});
		expect(await hits("silent")).toEqual([2, 2, 1, 1, 1, 1]);
		const events = await eventually("the event", async () => {
			const found = (await stage.events(metadata.uid)).filter(({ reason }) => reason === "LeaseExpired");
			return found.length > 0 && found;
		});
		expect(events.map(({ type }) => type)).toEqual(["Warning"]);
		expect(events[0]?.message).toMatch(/^2 targets .*: its lease is over$/);
		expect(conditionOf(await stage.read("silent"), "FaultLost")).toBeUndefined();
	});

	it("are put back when a controller is there again", async () => {
		await pods("nobody");
		await stage.create("nobody", {});
		expect(await hits("nobody")).toEqual([1, 1, 1, 1, 1, 1]);
		await second.controller.stop();
		await stage.stopController();
		for (const node of nodes) stage.daemon(node).lapse();
		await stage.startController();
		second = await stage.startReplica("second", second.proxy);
		await eventually("they are in place again", async () => (await hits("nobody")).every((count) => count === 2));
	});
});

it("a leader that nodes refuse, though the Lease is its own, goes on in a term after the one that they know", async () => {
	const before = await leader();
	const known = before.epoch + 100_000;
	stage.daemon(2).epoch = known;
	await pods("refused");
	await stage.create("refused", {});
	expect(await hits("refused")).toEqual([1, 1, 1, 1, 1, 1]);
	const after = await leader();
	expect(after).toEqual({ identity: before.identity, epoch: expect.any(Number) });
	expect(after.epoch).toBeGreaterThan(known);
});
