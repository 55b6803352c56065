import { expect, it } from "vitest";
import type { Injector, NodeTarget, Verdict } from "../../api/injector.ts";
import type { Entry } from "../../daemon/entry.ts";
import { DaemonMetrics } from "../../daemon/metrics.ts";
import { samplesOf } from "../support/metrics.ts";

const target: NodeTarget = { namespace: "shop", pod: "web", podUid: "uid-web", containers: [] };

it("times each step of an injector by kind, counts those that fail, and hands through what they say", async () => {
	const metrics = new DaemonMetrics({ entries: () => [], journalBytes: () => 0, leaseMs: () => 0 });
	const injector: Injector<string, string> = {
		needs: async () => undefined,
		prepare: async (_target, instruction, id) => `${instruction} ${id}`,
		inject: () => Promise.reject(new Error("no room")),
		recover: async () => undefined,
		verify: async (): Promise<Verdict> => "lost",
	};
	const measured = metrics.measured("NetworkChaos", injector);
	expect(await measured.prepare(target, "cut", "id", 1000)).toBe("cut id");
	await expect(measured.inject(target, "cut", "undo")).rejects.toThrow("no room");
	expect(await measured.verify(target, "cut", "undo")).toBe("lost");
	const samples = samplesOf(metrics.registry.text());
	const labels = (step: string) => `{kind="NetworkChaos",step="${step}"}`;
	for (const step of ["prepare", "inject", "verify"])
		expect(samples[`pulumi_chaos_daemon_step_seconds_count${labels(step)}`]).toBe(1);
	expect(samples[`pulumi_chaos_daemon_step_failures_total${labels("inject")}`]).toBe(1);
	expect(samples[`pulumi_chaos_daemon_step_failures_total${labels("verify")}`]).toBeUndefined();
	expect(samples['pulumi_chaos_daemon_verdicts_total{kind="NetworkChaos",verdict="lost"}']).toBe(1);
});

it("tells what the journal holds", () => {
	const entry = (state: Entry["state"]) => ({ kind: "NetworkChaos", state }) as Entry;
	const entries = () => [entry("injected"), entry("lost"), entry("injected")];
	const { registry } = new DaemonMetrics({ entries, journalBytes: () => 4096, leaseMs: () => 40_500 });
	expect(samplesOf(registry.text())).toMatchObject({
		'pulumi_chaos_daemon_injections{kind="NetworkChaos",state="injected"}': 2,
		'pulumi_chaos_daemon_injections{kind="NetworkChaos",state="lost"}': 1,
		pulumi_chaos_daemon_journal_bytes: 4096,
		pulumi_chaos_daemon_lease_seconds: 40.5,
	});
});
