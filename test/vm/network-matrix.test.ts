import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { findingOf } from "../../api/injector.ts";
import type { ChosenPod } from "../../api/plan.ts";
import { type NetworkUndo, networkInjector } from "../../faults/network/inject.ts";
import { planNetwork } from "../../faults/network/plan.ts";
import { flows } from "../support/flows.ts";
import { difference, settled } from "../support/listing.ts";
import { type Cell, expectedFlows, matrix, specOf } from "../support/network-matrix.ts";
import { Pod } from "../support/pod.ts";
import { Switch } from "../support/switch.ts";

const { needs, prepare, inject, recover, verify } = networkInjector;
const roles = ["front", "back", "store"] as const;
type Role = (typeof roles)[number];

const addressesOf = (role: Role): string[] =>
	[4, 6].map((v) => `${v === 4 ? "10.77.0." : "fd77::"}${roles.indexOf(role) + 1}`);

let link: Switch;
let pods: Record<Role, Pod>;
let before: string[];
const placed: { pod: Pod; undo: NetworkUndo }[] = [];

beforeAll(async () => {
	link = await Switch.start();
	const started = await Promise.all(
		roles.map(async (role) => [role, await link.attach(role, addressesOf(role))] as const),
	);
	pods = Object.fromEntries(started) as Record<Role, Pod>;
	before = await settled(dumps);
});

afterEach(async () => {
	await letGo();
	expect(difference(before, dumps())).toEqual([]);
});

afterAll(async () => {
	await Promise.all([...Object.values(pods ?? {}), link].map((pod) => pod?.stop()));
});

const dumps = (): string[] => Object.values(pods).flatMap((pod) => pod.dump(["eth0"]));

async function letGo(): Promise<void> {
	for (const { pod, undo } of placed.splice(0)) await recover(pod.target, undo);
}

let ids = 0;

/** Does what a controller and the daemons do together: plans the experiment for the pods that it selects, and puts it in place. */
async function put(cell: Cell): Promise<void> {
	const chosen = (role: Role): ChosenPod => {
		const { namespace, pod: name, podUid: uid } = pods[role].target;
		return { namespace, name, uid, node: "vm", ips: addressesOf(role), hostNetwork: false, containers: [] };
	};
	const sides = { ".": [chosen("front")], ...(cell.whom === "a target" && { ".Target": [chosen("back")] }) };
	for (const planned of planNetwork(specOf(cell, "shop", addressesOf("back")), sides, {})) {
		if ("refused" in planned) throw new Error(planned.refused);
		const { instruction } = planned;
		const pod = pods[planned.pod.name as Role];
		await needs(instruction);
		const undo = await prepare(pod.target, instruction, (++ids).toString(16).padStart(16, "0"), 600_000);
		// A partition has no engine.
		expect("engine" in undo ? undo.engine : "kernel").toBe("kernel");
		placed.push({ pod, undo });
		await inject(pod.target, instruction, undo);
		expect(findingOf(await verify(pod.target, instruction, undo)).verdict).toBe("in place");
	}
}

async function expectFlows(cell: Cell, isInPlace: boolean): Promise<void> {
	const parties = Object.fromEntries(
		roles.map((role) => [role, { addresses: addressesOf(role), exchange: pods[role].exchange.bind(pods[role]) }]),
	);
	const waitMs = isInPlace ? cell.waitMs : 400;
	await expect
		.poll(() => flows(parties, 200, waitMs), { timeout: 60_000, interval: 100 })
		.toEqual(expectedFlows(cell, roles, isInPlace));
}

describe("hits what it should and nothing else, and lets go of it", () => {
	it.each(matrix(9))("$action $direction, naming $whom", async (cell) => {
		await expectFlows(cell, false);
		await put(cell);
		await expectFlows(cell, true);
		await letGo();
		await expectFlows(cell, false);
	});
});
