import type { Experiment } from "../api/experiment.ts";
import { type Labels, Metrics, type Reading } from "../api/metrics.ts";
import type { OwnProbe } from "../api/own-probe.ts";
import type { QueueLoad } from "./queue.ts";

/** What the controller's gauges are read from. */
export interface MetricSources {
	/** Whether this replica leads. */
	leads: () => boolean;
	experiments: () => Iterable<Experiment>;
	/** Those that are of no experiment. */
	probes: () => Iterable<OwnProbe>;
	queue: () => QueueLoad;
	/** For each link to a daemon, whether all that the daemon holds is known. */
	links: () => Iterable<boolean>;
	/** How many pods the cache holds. */
	pods: () => number;
}

/** All that the controller measures. Each metric and what it is good for: docs/metrics.md. */
export class ControllerMetrics {
	readonly registry = new Metrics();
	readonly reconciles = this.registry.histogram<"kind">(
		"pulumi_chaos_controller_reconcile_seconds",
		"Time of one look at an experiment.",
	);
	readonly calls = this.registry.histogram<"kind" | "operation">(
		"pulumi_chaos_controller_node_call_seconds",
		"Time of one call to a node (or of one batch through the API server) about all of its targets.",
	);
	readonly steps = this.registry.counter<"kind" | "operation" | "outcome">(
		"pulumi_chaos_controller_target_steps_total",
		"Steps on single targets, by how they ended.",
	);
	readonly requests = this.registry.counter<"method" | "status">(
		"pulumi_chaos_controller_api_requests_total",
		"Requests to the API server but for watches, by the status of the answer (error: none came).",
	);
	readonly looks = this.registry.histogram<"type" | "outcome">(
		"pulumi_chaos_controller_probe_seconds",
		"Time of one look of a probe, by its type and how it came out.",
	);
	/** Calls to nodes that run now. */
	callsInFlight = 0;

	constructor({ leads, experiments, probes, queue, links, pods }: MetricSources) {
		const gauge = this.registry.gauge.bind(this.registry);
		gauge("pulumi_chaos_controller_leads", "Whether this replica leads: 1 or 0.", () => [[{}, leads() ? 1 : 0]]);
		gauge("pulumi_chaos_controller_experiments", "Experiments by what they are to do (Run, Stop).", () =>
			tally(experiments(), ({ kind, status }) => [{ kind, desired: status?.experiment.desiredPhase ?? "Run" }]),
		);
		gauge("pulumi_chaos_controller_targets", "Targets of all experiments by phase.", () =>
			tally(experiments(), ({ kind, status }) =>
				(status?.experiment.containerRecords ?? []).map(({ phase }) => ({ kind, phase })),
			),
		);
		gauge("pulumi_chaos_controller_targets_astray", "Targets that are not where they should be, by reason.", () =>
			tally(experiments(), ({ kind, status }) =>
				(status?.experiment.containerRecords ?? []).flatMap(({ reason }) => (reason ? [{ kind, reason }] : [])),
			),
		);
		gauge("pulumi_chaos_controller_verdicts", "Experiments that are there by their verdict.", () =>
			tally(experiments(), ({ kind, status }) => (status?.verdict ? [{ kind, verdict: status.verdict }] : [])),
		);
		gauge("pulumi_chaos_controller_probes", "Probes of no experiment, by how they stand.", () =>
			tally(probes(), ({ status }) => [{ outcome: status?.outcome ?? "Unknown" }]),
		);
		gauge("pulumi_chaos_controller_queue_depth", "Experiments that wait for a worker.", () => [[{}, queue().ready]]);
		gauge("pulumi_chaos_controller_queue_running", "Experiments that a worker looks at.", () => [
			[{}, queue().running],
		]);
		gauge(
			"pulumi_chaos_controller_queue_age_seconds",
			"How long the experiment at the head of the queue waits.",
			() => [[{}, queue().oldestMs / 1000]],
		);
		gauge("pulumi_chaos_controller_node_calls_in_flight", "Calls to nodes that run.", () => [[{}, this.callsInFlight]]);
		gauge("pulumi_chaos_controller_daemon_links", "Daemons by state: synced, or connecting.", () => {
			const all = [...links()];
			const synced = all.filter(Boolean).length;
			return [
				[{ state: "synced" }, synced],
				[{ state: "connecting" }, all.length - synced],
			];
		});
		gauge("pulumi_chaos_controller_cached_pods", "Pods that the cache holds.", () => [[{}, pods()]]);
		gauge("pulumi_chaos_controller_resident_memory_bytes", "Resident memory of the process.", () => [
			[{}, process.memoryUsage.rss()],
		]);
	}
}

/** How many there are of each set of labels. */
function tally<T, L extends string>(all: Iterable<T>, labelsOf: (one: T) => Labels<L>[]): Reading<L>[] {
	const counts = new Map<string, [Labels<L>, number]>();
	for (const one of all) {
		for (const labels of labelsOf(one)) {
			const key = JSON.stringify(labels);
			counts.set(key, [labels, (counts.get(key)?.[1] ?? 0) + 1]);
		}
	}
	return [...counts.values()];
}
