import { existsSync } from "node:fs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { TargetGoneError } from "../../../api/injector.ts";
import { containerKiller } from "../../../faults/pod/inject.ts";
import { Pod } from "../../support/pod.ts";

const { needs, prepare, inject, recover, verify } = containerKiller;
const kill = { action: "container-kill" } as const;
const id = "0123456789abcdef";

let pod: Pod;
let bystander: Pod;

beforeEach(async () => {
	[pod, bystander] = await Promise.all([Pod.start("hit"), Pod.start("bystander")]);
});
afterEach(() => Promise.all([pod.stop(), bystander.stop()]));

const lives = ({ pid }: Pod): boolean => existsSync(`/proc/${pid}/ns/net`);

it("kills the first process of the container, once, and nobody else's", async () => {
	const target = { ...pod.target, container: "main" };
	const killed = await prepare(target, kill, id, 60_000);
	expect(killed.pid).toBe(pod.pid);
	expect(await verify(target, kill, killed)).toBe("lost");
	await inject(target, kill, killed);
	expect(lives(pod)).toBe(false);
	expect(lives(bystander)).toBe(true);
	expect(await verify(target, kill, killed)).toBe("in place");
	await inject(target, kill, killed);
	await recover(target, killed);
	expect(await verify(target, kill, killed)).toBe("in place");
});

it("leaves a process alone that has got the same number since", async () => {
	const other = { pid: bystander.pid, start: 1 };
	await inject(bystander.target, kill, other);
	expect(lives(bystander)).toBe(true);
	expect(await verify(bystander.target, kill, other)).toBe("in place");
});

it.each([
	["that has ended", async () => pod.stop(), "main"],
	["that the pod does not have", async () => undefined, "sidecar"],
])("takes a container %s for gone", async (_, before, container) => {
	await before();
	await expect(prepare({ ...pod.target, container }, kill, id, 60_000)).rejects.toThrow(
		new TargetGoneError(`container shop/hit/${container} does not run on this node`),
	);
});

it("refuses what nodes do not do", async () => {
	await expect(needs({ action: "pod-failure" })).rejects.toThrow(
		'a node can\'t do "pod-failure"; the controller does it through the API server',
	);
	await expect(needs(kill)).resolves.toBeUndefined();
});
