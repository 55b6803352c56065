import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { clusterPids } from "../../tools/cluster/processes.ts";
import { networkSettings } from "../../tools/lib/network-settings.ts";
import { flows, type Party } from "../support/flows.ts";
import { networkChaos, runningPods } from "../support/kubernetes.ts";
import { difference, settled } from "../support/listing.ts";
import { type Cell, expectedFlows, matrix, specOf } from "../support/network-matrix.ts";
import { packetEngines } from "../support/packet-engines.ts";
import { partyIn } from "../support/party.ts";
import { sampleNamespace } from "../support/sample.ts";
import { tablesLeft } from "../support/tables.ts";

const name = "matrix";
/** A process in a pod may take its time to start. */
const leadMs = 1000;

/** One pod of each role. */
let parties: Record<string, Party>;
let backAddresses: string[];
/** Packet filters, queues, routes and rules of all pods and nodes before anything was done. */
let before: string[];
const settings = (): string[] => networkSettings(clusterPids());

beforeAll(async () => {
	const running = (await runningPods(sampleNamespace, "app")).map(
		(pod) => [pod.metadata?.labels?.["app"] ?? "", partyIn(pod)] as const,
	);
	parties = Object.fromEntries(running);
	backAddresses = running.filter(([role]) => role === "back").flatMap(([, { addresses }]) => addresses);
	before = await settled(settings);
});

afterEach(async () => {
	if (await networkChaos.read(sampleNamespace, name)) await networkChaos.delete(sampleNamespace, name);
	expect(tablesLeft()).toEqual([]);
});

async function expectFlows(cell: Cell, isInPlace: boolean): Promise<void> {
	const wanted = expectedFlows(cell, Object.keys(parties), isInPlace);
	const waitMs = isInPlace ? cell.waitMs : 400;
	await expect.poll(() => flows(parties, leadMs, waitMs), { timeout: 60_000, interval: 100 }).toEqual(wanted);
}

describe("hits what it should and nothing else, and lets go of it", () => {
	it.each(matrix(4))("$action $direction, naming $whom", async (cell) => {
		await expectFlows(cell, false);
		await networkChaos.create(sampleNamespace, name, specOf(cell, sampleNamespace, backAddresses));
		await networkChaos.condition(sampleNamespace, name, "AllInjected", "True");
		await expectFlows(cell, true);
		await networkChaos.delete(sampleNamespace, name);
		await expectFlows(cell, false);
	});
});

it("leaves packet filters, queues, routes and rules of all pods and nodes as they were, and no helper", async () => {
	// Pods that were cut off from everybody may just have been told that they are ready again.
	await expect.poll(() => difference(before, settings()), { timeout: 60_000, interval: 1000 }).toEqual([]);
	await expect.poll(packetEngines, { timeout: 30_000 }).toBe(0);
});
