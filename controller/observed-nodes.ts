import type { InjectItem, InjectionState } from "../api/daemon-api.ts";
import type { Log } from "../api/log.ts";
import type { ControllerMetrics } from "./metrics.ts";
import { type Nodes, NodeUnavailable, type RecoverItem } from "./world.ts";

/** How a good step ends. */
const good: readonly InjectionState["status"][] = ["injected", "recovered"];

/** Calls to nodes, each measured, and each step that fails with a line of its own in the log. */
export class ObservedNodes implements Nodes {
	readonly #nodes: Nodes;
	readonly #metrics: ControllerMetrics;
	readonly #log: Log;

	constructor(nodes: Nodes, metrics: ControllerMetrics, log: Log) {
		this.#nodes = nodes;
		this.#metrics = metrics;
		this.#log = log;
	}

	inject(node: string, items: InjectItem[]): Promise<InjectionState[]> {
		return this.#observe("inject", node, items, () => this.#nodes.inject(node, items));
	}

	recover(node: string, items: RecoverItem[]): Promise<InjectionState[]> {
		return this.#observe("recover", node, items, () => this.#nodes.recover(node, items));
	}

	async #observe(
		operation: "inject" | "recover",
		node: string,
		items: readonly RecoverItem[],
		call: () => Promise<InjectionState[]>,
	): Promise<InjectionState[]> {
		// A batch is one experiment's.
		const [{ kind, experiment } = { kind: "", experiment: "" }] = items;
		const log = this.#log.with({ experiment, kind, node, operation });
		const count = (outcome: string, by?: number): void => this.#metrics.steps.add({ kind, operation, outcome }, by);
		this.#metrics.callsInFlight++;
		try {
			const states = await this.#metrics.calls.time({ kind, operation }, call);
			const targets = new Map(items.map(({ id, target }) => [id, `${target.namespace}/${target.pod}`]));
			for (const { id, status, message } of states) {
				count(status);
				if (good.includes(status)) continue;
				log.warn("a step failed", { injection: id, target: targets.get(id), status, reason: message });
			}
			return states;
		} catch (error) {
			count(error instanceof NodeUnavailable ? "unavailable" : "failed", items.length);
			throw error;
		} finally {
			this.#metrics.callsInFlight--;
		}
	}
}
