import { expect, it } from "vitest";
import type { Experiment } from "../../api/experiment.ts";
import type { OwnProbe } from "../../api/own-probe.ts";
import type { TargetRecord } from "../../api/status.ts";
import { ControllerMetrics } from "../../controller/metrics.ts";
import { newRecord } from "../../controller/records.ts";
import { samplesOf } from "../support/metrics.ts";
import { pod } from "./pods.ts";
import { experiment } from "./world.ts";

function withRecords(...records: Partial<TargetRecord>[]): Experiment {
	const containerRecords = records.map((record, index) => ({ ...newRecord(".", pod(`web-${index}`)), ...record }));
	return { ...experiment(), status: { experiment: { desiredPhase: "Run", containerRecords } } };
}

const probe = (outcome?: "Passing" | "Failing"): OwnProbe =>
	({ status: outcome && { outcome } }) as unknown as OwnProbe;

it("counts targets by phase and by what is wrong with them, over all experiments", () => {
	const experiments = [
		withRecords({ phase: "Injected" }, { phase: "Not Injected", reason: "FaultLost" }),
		withRecords({ phase: "Injected" }),
		{ ...withRecords(), status: { experiment: { desiredPhase: "Stop" as const } } },
	];
	const { registry } = new ControllerMetrics({
		leads: () => true,
		experiments: () => experiments,
		probes: () => [probe("Passing"), probe("Failing"), probe("Passing"), probe()],
		queue: () => ({ ready: 3, running: 2, oldestMs: 1500 }),
		links: () => [true, false, true],
		pods: () => 7,
	});
	expect(samplesOf(registry.text())).toMatchObject({
		pulumi_chaos_controller_leads: 1,
		'pulumi_chaos_controller_experiments{kind="NetworkChaos",desired="Run"}': 2,
		'pulumi_chaos_controller_experiments{kind="NetworkChaos",desired="Stop"}': 1,
		'pulumi_chaos_controller_targets{kind="NetworkChaos",phase="Injected"}': 2,
		'pulumi_chaos_controller_targets{kind="NetworkChaos",phase="Not Injected"}': 1,
		'pulumi_chaos_controller_targets_astray{kind="NetworkChaos",reason="FaultLost"}': 1,
		'pulumi_chaos_controller_probes{outcome="Passing"}': 2,
		'pulumi_chaos_controller_probes{outcome="Failing"}': 1,
		'pulumi_chaos_controller_probes{outcome="Unknown"}': 1,
		pulumi_chaos_controller_queue_depth: 3,
		pulumi_chaos_controller_queue_running: 2,
		pulumi_chaos_controller_queue_age_seconds: 1.5,
		'pulumi_chaos_controller_daemon_links{state="synced"}': 2,
		'pulumi_chaos_controller_daemon_links{state="connecting"}': 1,
		pulumi_chaos_controller_cached_pods: 7,
	});
});
