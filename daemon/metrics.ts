import { findingOf, type Injector } from "../api/injector.ts";
import { Metrics, type Reading } from "../api/metrics.ts";
import type { Entry } from "./entry.ts";

/** What the daemon's gauges are read from. */
export interface MetricSources {
	entries: () => readonly Entry[];
	/** Bytes of the journal's file. */
	journalBytes: () => number;
	/** Milliseconds that are left of the node's lease. */
	leaseMs: () => number;
}

/** All that the daemon measures. Each metric and what it is good for: docs/metrics.md. */
export class DaemonMetrics {
	readonly registry = new Metrics();
	readonly steps = this.registry.histogram<"kind" | "step">(
		"pulumi_chaos_daemon_step_seconds",
		"Time of one step on one target: needs, prepare, inject, recover, verify.",
	);
	readonly failures = this.registry.counter<"kind" | "step">(
		"pulumi_chaos_daemon_step_failures_total",
		"Steps that failed, also those that found the target gone.",
	);
	readonly verdicts = this.registry.counter<"kind" | "verdict">(
		"pulumi_chaos_daemon_verdicts_total",
		"What looks at targets have found: in place, lost, target gone.",
	);

	constructor({ entries, journalBytes, leaseMs }: MetricSources) {
		this.registry.gauge<"kind" | "state">("pulumi_chaos_daemon_injections", "Injections that the node holds.", () => {
			const groups = Map.groupBy(entries(), ({ kind, state }) => `${kind} ${state}`);
			return [...groups.values()].flatMap((group): Reading<"kind" | "state">[] => {
				const [first] = group;
				return first ? [[{ kind: first.kind, state: first.state }, group.length]] : [];
			});
		});
		this.registry.gauge(
			"pulumi_chaos_daemon_lease_seconds",
			"How long the node keeps its faults without another word from the controllers.",
			() => [[{}, leaseMs() / 1000]],
		);
		this.registry.gauge("pulumi_chaos_daemon_journal_bytes", "Bytes of the journal.", () => [[{}, journalBytes()]]);
		this.registry.gauge(
			"pulumi_chaos_daemon_resident_memory_bytes",
			"Resident memory of the process, without helpers.",
			() => [[{}, process.memoryUsage.rss()]],
		);
	}

	/** The injector of a kind, each of its steps measured. */
	measured<I, U>(kind: string, injector: Injector<I, U>): Injector<I, U> {
		const step = async <T>(name: string, task: () => Promise<T>): Promise<T> => {
			try {
				return await this.steps.time({ kind, step: name }, task);
			} catch (error) {
				this.failures.add({ kind, step: name });
				throw error;
			}
		};
		return {
			needs: (instruction) => step("needs", () => injector.needs(instruction)),
			prepare: (...given) => step("prepare", () => injector.prepare(...given)),
			inject: (...given) => step("inject", () => injector.inject(...given)),
			recover: (...given) => step("recover", () => injector.recover(...given)),
			verify: async (...given) => {
				const said = await step("verify", () => injector.verify(...given));
				this.verdicts.add({ kind, verdict: findingOf(said).verdict });
				return said;
			},
		};
	}
}
