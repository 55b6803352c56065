import { afterEach, describe, expect, it } from "vitest";
import type { NetworkChaosSpec } from "../../faults/network/spec.ts";
import type { PodReport } from "../../tools/lib/reach.ts";
import { eventually, networkChaos, runningPods } from "../support/kubernetes.ts";
import { packetEngines } from "../support/packet-engines.ts";
import { measure, partition, sampleNamespace } from "../support/sample.ts";
import { tablesLeft } from "../support/tables.ts";

const name = "delay";
/** What each packet waits, in milliseconds. A request over a new connection takes at least one packet each way more than its own. */
const latency = 300;
/** How long an attempt may take, in milliseconds: some packets wait at both ends. */
const patience = 4000;

/** Pairs of roles of which no attempt took less than the latency. */
function slow(reports: readonly PodReport[]): string[] {
	const least = new Map<string, number>();
	for (const { role, reached, error } of reports) {
		expect(error).toBeNull();
		for (const attempt of reached) {
			expect(attempt.ok).toBe(true);
			const pair = `${role} -> ${attempt.role} by ${attempt.via}, IPv${attempt.family}`;
			least.set(pair, Math.min(attempt.ms, least.get(pair) ?? Number.POSITIVE_INFINITY));
		}
	}
	return [...least].flatMap(([pair, ms]) => (ms >= latency ? [pair] : [])).sort();
}

afterEach(async () => {
	if (await networkChaos.read(sampleNamespace, name)) await networkChaos.delete(sampleNamespace, name);
	expect(tablesLeft()).toEqual([]);
	await eventually("no packet engine is left", async () => packetEngines() === 0);
});

/** By which ways one role asks another, `from -> to by pod, IPv4` and so on. */
function asking(from: string, to: string, ways = ["pod", "service"]): string[] {
	return ways.flatMap((via) => [4, 6].map((family) => `${from} -> ${to} by ${via}, IPv${family}`));
}

/** Questions are slow as soon as what is sent for them, or what answers them, is. */
const slowWith: Readonly<Record<string, readonly string[]>> = {
	"a target": [...asking("front", "back"), ...asking("back", "front")],
	// Who asks through a Service sends to the address of that, and hears from it.
	"addresses outside": [...asking("front", "back", ["pod"]), ...asking("back", "front")],
	nobody: ["back", "store"].flatMap((role) => [...asking("front", role), ...asking(role, "front")]),
};

async function others(whom: string): Promise<object> {
	if (whom === "nobody") return {};
	if (whom === "a target") return { target: partition("front", "back").target };
	const backs = await runningPods(sampleNamespace, "app=back");
	return { externalTargets: backs.flatMap(({ status }) => status?.podIPs?.map(({ ip }) => ip) ?? []) };
}

/** Whether pods of the role that is hit ask each other: one may get itself from its Service. */
const isAmongHit = (pair: string): boolean => pair.startsWith("front -> front ");

describe.each(["a target", "addresses outside", "nobody"])("a delay that names %s", (whom) => {
	it.each(["to", "from", "both"] as const)("%s: slows their packets down, and no others", async (direction) => {
		const { target: _, ...front } = partition("front", "back", direction);
		const delay = { latency: `${latency}ms` };
		const spec = { ...front, ...(await others(whom)), action: "delay", delay } as NetworkChaosSpec;
		await networkChaos.create(sampleNamespace, name, spec);
		await networkChaos.condition(sampleNamespace, name, "AllInjected", "True");
		const found = slow(await measure(patience)).filter((pair) => !isAmongHit(pair));
		expect(found).toEqual(slowWith[whom]?.toSorted());
		await networkChaos.delete(sampleNamespace, name);
		expect(slow(await measure(patience))).toEqual([]);
	});
});
