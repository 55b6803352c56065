import { afterEach, describe, expect, it } from "vitest";
import type { NetworkChaosSpec } from "../../faults/network/spec.ts";
import { clusterPids } from "../../tools/cluster/processes.ts";
import { commandLine } from "../../tools/lib/procfs.ts";
import type { PodReport } from "../../tools/lib/reach.ts";
import { eventually, networkChaos } from "../support/kubernetes.ts";
import { measure, partition, sampleNamespace } from "../support/sample.ts";
import { tablesLeft } from "../support/tables.ts";

const name = "delay";
/** What each packet waits, in milliseconds. A request over a new connection takes at least one packet each way more than its own. */
const latency = 100;

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

/** Processes of packet engines in the cluster. */
function helpers(): number {
	return clusterPids().filter((pid) => commandLine(pid).some((word) => word.endsWith("packet-engine.mjs"))).length;
}

afterEach(async () => {
	if (await networkChaos.read(sampleNamespace, name)) await networkChaos.delete(sampleNamespace, name);
	expect(tablesLeft()).toEqual([]);
	await eventually("no packet engine is left", async () => helpers() === 0);
});

describe("a delay between two roles", () => {
	it("slows requests by pod and by Service down, IPv4 and IPv6, and nothing else", async () => {
		const { action: _, ...between } = partition("front", "back", "to");
		const spec: NetworkChaosSpec = { action: "delay", delay: { latency: `${latency}ms` }, ...between };
		expect(slow(await measure())).toEqual([]);
		await networkChaos.create(sampleNamespace, name, spec);
		await networkChaos.condition(sampleNamespace, name, "AllInjected", "True");
		const both = (from: string, to: string): string[] =>
			["pod", "service"].flatMap((via) => [4, 6].map((family) => `${from} -> ${to} by ${via}, IPv${family}`));
		// What a front sends to a back is slow, be it a question or an answer.
		expect(slow(await measure())).toEqual([...both("back", "front"), ...both("front", "back")].sort());
		await networkChaos.delete(sampleNamespace, name);
		expect(slow(await measure())).toEqual([]);
	});
});
