import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type NetworkUndo, networkInjector } from "../../../faults/network/inject.ts";
import type { Drop, Partition } from "../../../faults/network/instruction.ts";
import { Pod } from "../../support/pod.ts";
import { expectReach, silence } from "../../support/reach.ts";

const { needs, prepare, inject, recover, verify } = networkInjector;
const back4 = "10.77.0.2";
const back6 = "fd77::2";
const other4 = "10.77.0.3";
const other6 = "fd77::3";
const second4 = "10.78.0.2";

let front: Pod;
let back: Pod;
let before: string;
const placed: { pod: Pod; undo: NetworkUndo }[] = [];

beforeAll(async () => {
	[front, back] = await Promise.all([Pod.start("front"), Pod.start("back")]);
	front.link(
		back,
		"eth0",
		["10.77.0.1/24", "fd77::1/64"],
		[`${back4}/24`, `${other4}/24`, `${back6}/64`, `${other6}/64`],
	);
	front.link(back, "eth1", ["10.78.0.1/24"], [`${second4}/24`]);
	// Somebody else's rules, which must stay as they are; this chain accepts everything before we are asked.
	front.run(
		"nft",
		"add table inet mesh { chain out { type filter hook output priority -50; policy accept; accept; }; }",
	);
	before = front.ruleset();
	// IPv6 takes a moment to come up on a new device.
	await expectReach(front, { [back6]: true, [other6]: true });
});

afterEach(async () => {
	for (const { pod, undo } of placed.splice(0)) await recover(pod.target, undo);
	expect(front.ruleset()).toBe(before);
	expect(back.ruleset()).toBe("");
});

afterAll(async () => {
	await Promise.all([front?.stop(), back?.stop()]);
});

/** Puts drops in place on a pod. */
function put(pod: Pod, id: string, ...drops: Drop[]): Promise<{ instruction: Partition; undo: NetworkUndo }> {
	return putAll(pod, id, { action: "partition", drops });
}

async function putAll(
	pod: Pod,
	id: string,
	instruction: Partition,
): Promise<{ instruction: Partition; undo: NetworkUndo }> {
	await needs(instruction);
	const undo = await prepare(pod.target, instruction, id, 60_000);
	placed.push({ pod, undo });
	await inject(pod.target, instruction, undo);
	expect(await verify(pod.target, instruction, undo)).toBe("in place");
	return { instruction, undo };
}

describe("partition", () => {
	it("lets everything through when nothing is injected", async () => {
		await expectReach(front, { [back4]: true, [back6]: true, [other4]: true, [other6]: true, [second4]: true });
	});

	it("cuts what the pod sends to the peers, IPv4 and IPv6, and nothing else", async () => {
		await put(front, "a1", { hook: "output", peers: [back4, back6] });
		await expectReach(front, { [back4]: false, [back6]: false, [other4]: true, [other6]: true, [second4]: true });
	});

	it("cuts what the pod receives from the peers", async () => {
		await put(back, "a2", { hook: "input", peers: ["10.77.0.0/24", "fd77::/64"] });
		await expectReach(front, { [back4]: false, [back6]: false, [other4]: false, [other6]: false, [second4]: true });
	});

	it("cuts both ways, and connections that are established, which go on after recovery", async () => {
		const connection = await front.dial(back4);
		const spared = await front.dial(second4);
		expect(await front.talks(connection)).toBe(true);
		const { undo } = await put(front, "a3", { hook: "output", peers: [back4] }, { hook: "input", peers: [back4] });
		expect(await Promise.all([front.talks(connection, silence), front.talks(spared)])).toEqual([false, true]);
		await recover(front.target, undo);
		expect(await front.talks(connection)).toBe(true);
	});

	it("cuts everybody but the pod itself when no peers are named", async () => {
		await put(front, "a4", { hook: "output" }, { hook: "input" });
		await expectReach(front, {
			[back4]: false,
			[back6]: false,
			[second4]: false,
			"127.0.0.1": true,
			"::1": true,
			"10.77.0.1": true,
		});
	});

	it("lets packets to and from those pass who are spared", async () => {
		const drops: Drop[] = [{ hook: "output", peers: ["10.77.0.0/24", "fd77::/64"] }, { hook: "input" }];
		await putAll(front, "b0", { action: "partition", drops, spared: [back4, "fd77::2/127"] });
		await expectReach(front, { [back4]: true, [back6]: true, [other4]: false, [other6]: true, [second4]: false });
	});

	it("cuts nobody when the list of peers is empty", async () => {
		await put(front, "a5", { hook: "output", peers: [] });
		await expectReach(front, { [back4]: true, [back6]: true });
	});

	it("cuts only what passes through the device, loopback too when it is named", async () => {
		await put(front, "a6", { hook: "output", device: "eth1" });
		await put(front, "a7", { hook: "input", device: "lo", peers: ["127.0.0.0/8"] });
		await expectReach(front, { [back4]: true, [back6]: true, [second4]: false, "127.0.0.1": false, "::1": true });
	});

	it("refuses a device that the pod does not have, before anything is done", async () => {
		await expect(put(front, "b1", { hook: "output", device: "eth7" })).rejects.toThrow(
			'pod shop/front has no network device "eth7"; it has lo, eth0, eth1: name one of them, or none for all but lo',
		);
		expect(front.ruleset()).not.toContain("pulumi_chaos");
	});

	it("takes peers that repeat, overlap or cover everything", async () => {
		const peers = [back4, back4, "10.77.0.0/31", "10.77.0.2/31", "10.77.0.1/16", back6, "fd77::/112", "fd77::1:0/112"];
		await put(front, "a8", { hook: "output", peers });
		await put(front, "a9", { hook: "input", peers: ["0.0.0.0/0", "::/0", "10.0.0.0/8", "::ffff:10.0.0.1"] });
		await expectReach(front, { [back4]: false, [back6]: false, [second4]: false });
	});

	it("takes thousands of peers", async () => {
		const peers = Array.from({ length: 5000 }, (_, index) => `10.200.${index >> 7}.${(index & 127) * 2}`);
		await put(front, "b0", { hook: "output", peers: [...peers, back4] });
		await expectReach(front, { [back4]: false, [other4]: true });
	});

	it("composes: each of several injections is undone alone", async () => {
		const [first, second] = [
			await put(front, "b1", { hook: "output", peers: [back4] }),
			await put(front, "b2", { hook: "output", peers: ["10.77.0.0/24"] }),
		];
		await expectReach(front, { [back4]: false, [other4]: false, [back6]: true });
		await recover(front.target, second.undo);
		await expectReach(front, { [back4]: false, [other4]: true, [back6]: true });
		expect(await verify(front.target, first.instruction, first.undo)).toBe("in place");
		await recover(front.target, first.undo);
		await expectReach(front, { [back4]: true, [other4]: true, [back6]: true });
	});

	it("changes nothing when injected again, and recovers as often as it is asked", async () => {
		const { instruction, undo } = await put(front, "b3", { hook: "output", peers: [back4] });
		const once = front.ruleset();
		await inject(front.target, instruction, undo);
		expect(front.ruleset()).toBe(once);
		await recover(front.target, undo);
		await recover(front.target, undo);
		expect(front.ruleset()).toBe(before);
	});

	it("serves many pods at once", async () => {
		await Promise.all(
			Array.from({ length: 20 }, (_, index) =>
				put(index % 2 ? front : back, `c${index}`, { hook: "input", peers: [`10.99.0.${index}`] }),
			),
		);
	});
});
