import type { InjectItem, InjectionState } from "../api/daemon-api.ts";
import type { Traits } from "../api/kind.ts";
import { limiter } from "../api/limiter.ts";
import { errorText, type Log } from "../api/log.ts";
import { step } from "../api/step.ts";
import { backoff } from "./backoff.ts";
import { type Nodes, NodeUnavailable, type RecoverItem } from "./world.ts";

/** Calls that run at the same time, over all experiments. */
const concurrency = 64;
/** First and longest wait before a node is called again for an experiment after a failure. */
const firstRetryMs = 1000;
const longestRetryMs = 60_000;
/** Wait before a step that has just succeeded is made again: who wants that so soon mostly looks at something that lags. */
const repeatMs = 250;
/** Ends of calls are told in bunches this far apart, so that a hundred nodes do not make a hundred status writes. */
const bunchMs = 200;

/** How a step on one target ended. `unavailable`: nobody knows, the node gave no answer. */
export interface Outcome {
	id: string;
	operation: "Apply" | "Recover";
	status: InjectionState["status"] | "unavailable";
	message?: string;
	/** RFC 3339. */
	timestamp: string;
}

/** An experiment, as far as calls are concerned. */
export interface Caller {
	/** Key in the work queue. */
	key: string;
	uid: string;
	where: Traits["where"];
}

/** Who carries out the calls: the daemons, or the API server. */
export type Sides = Readonly<Record<Traits["where"], Nodes>>;

interface NodeState {
	/** `ended`: the outcomes are in, and nobody has looked at them yet. */
	call: "running" | "ended" | "none";
	/** How the last calls have gone, for each operation on its own: an experiment that follows its selector makes both by turns. */
	last: Partial<Record<Outcome["operation"], { failures: number; retryAt: number }>>;
}

/**
 * Calls to nodes run beside the work queue: a reconcile starts them and goes; when they end it is queued again and finds the
 * outcomes here. So a slow or dead node holds up its own targets only, never a worker. For one experiment a node has one call at
 * a time.
 */
export class NodeCalls {
	readonly #sides: Sides;
	readonly #log: Log;
	readonly #wake: (key: string, after: number) => void;
	readonly #now: () => number;
	readonly #inTurn = limiter(concurrency);
	readonly #states = new Map<string, Map<string, NodeState>>();
	readonly #outcomes = new Map<string, Outcome[]>();
	readonly #running = new Set<Promise<void>>();

	/**
	 * @param wake - queues an experiment, after so many ms
	 * @param now - ms since the epoch
	 */
	constructor(sides: Sides, log: Log, wake: (key: string, after: number) => void, now: () => number = Date.now) {
		this.#sides = sides;
		this.#log = log;
		this.#wake = wake;
		this.#now = now;
	}

	/**
	 * Outcomes that came in and were not acknowledged yet, oldest first. Until they are collected their nodes count as busy, so
	 * that nobody who began to look earlier takes their steps for steps that were never made.
	 */
	collect(uid: string): readonly Outcome[] {
		for (const state of this.#states.get(uid)?.values() ?? []) {
			if (state.call === "ended") state.call = "none";
		}
		return this.#outcomes.get(uid) ?? [];
	}

	/** Drops the oldest outcomes: they stand in a status that was written. */
	acknowledge(uid: string, count: number): void {
		const rest = (this.#outcomes.get(uid) ?? []).slice(count);
		if (rest.length > 0) this.#outcomes.set(uid, rest);
		else this.#outcomes.delete(uid);
	}

	/** Whether a call for the experiment runs or was not collected, on this node or on any. */
	busy(uid: string, node?: string): boolean {
		const states = this.#states.get(uid);
		const ofInterest = node === undefined ? [...(states?.values() ?? [])] : [states?.get(node)];
		return ofInterest.some((state) => state !== undefined && state.call !== "none");
	}

	/** Milliseconds until the node may be called again for that step; 0: now. */
	retryIn(uid: string, node: string, operation: Outcome["operation"]): number {
		const retryAt = this.#states.get(uid)?.get(node)?.last[operation]?.retryAt ?? 0;
		return Math.max(0, retryAt - this.#now());
	}

	/** How many calls in a row have failed for that step. */
	failures(uid: string, node: string, operation: Outcome["operation"]): number {
		return this.#states.get(uid)?.get(node)?.last[operation]?.failures ?? 0;
	}

	/** Lets a node be called again at once: its daemon has come (back). */
	nodeReady(node: string): void {
		for (const states of this.#states.values()) {
			for (const last of Object.values(states.get(node)?.last ?? {})) last.retryAt = 0;
		}
	}

	/** Forgets an experiment that is gone; what calls that still run come to is dropped. */
	forget(uid: string): void {
		this.#states.delete(uid);
		this.#outcomes.delete(uid);
	}

	/** Puts faults in place on one node. */
	inject(caller: Caller, node: string, items: InjectItem[]): void {
		const ids = items.map(({ id }) => id);
		const call = () => this.#sides[caller.where].inject(node, items);
		this.#start(caller, node, "Apply", ids, () => step("inject-call", call));
	}

	/** Takes faults out of one node. */
	recover(caller: Caller, node: string, items: RecoverItem[]): void {
		const ids = items.map(({ id }) => id);
		const call = () => this.#sides[caller.where].recover(node, items);
		this.#start(caller, node, "Recover", ids, () => step("recover-call", call));
	}

	/** Resolves when no call runs any more. */
	async idle(): Promise<void> {
		while (this.#running.size > 0) await Promise.all(this.#running);
	}

	#start(
		caller: Caller,
		node: string,
		operation: Outcome["operation"],
		ids: string[],
		call: () => Promise<InjectionState[]>,
	): void {
		const states = this.#states.get(caller.uid) ?? new Map<string, NodeState>();
		this.#states.set(caller.uid, states);
		const state: NodeState = { call: "running", last: { ...states.get(node)?.last } };
		states.set(node, state);
		const running = this.#inTurn(call)
			.then(
				(results) => this.#answered(operation, ids, results),
				(error: unknown) => this.#unanswered(caller, node, operation, ids, error),
			)
			.then((outcomes) => this.#end(caller, node, operation, state, outcomes))
			.finally(() => this.#running.delete(running));
		this.#running.add(running);
	}

	#answered(operation: Outcome["operation"], ids: string[], results: InjectionState[]): Outcome[] {
		const timestamp = new Date(this.#now()).toISOString();
		const byId = new Map(results.map((result) => [result.id, result]));
		return ids.map((id) => {
			const result = byId.get(id);
			if (!result)
				return { id, operation, status: "failed", message: "the daemon left it out of its answer", timestamp };
			const { status, message } = result;
			return { id, operation, status, ...(message !== undefined && { message }), timestamp };
		});
	}

	#unanswered(caller: Caller, node: string, operation: Outcome["operation"], ids: string[], error: unknown): Outcome[] {
		const timestamp = new Date(this.#now()).toISOString();
		const status = error instanceof NodeUnavailable ? "unavailable" : "failed";
		const fields = { experiment: caller.uid, name: caller.key, node, operation, targets: ids.length };
		this.#log.warn("a call to a node failed", { ...fields, error });
		return ids.map((id) => ({ id, operation, status, message: errorText(error), timestamp }));
	}

	#end(
		{ key, uid }: Caller,
		node: string,
		operation: Outcome["operation"],
		state: NodeState,
		outcomes: Outcome[],
	): void {
		const states = this.#states.get(uid);
		if (states?.get(node) !== state) return;
		const good = operation === "Apply" ? ["injected"] : ["recovered", "target gone"];
		const failed = outcomes.some(({ status }) => !good.includes(status));
		state.call = "ended";
		const failures = failed ? (state.last[operation]?.failures ?? 0) + 1 : 0;
		const wait = failed ? backoff(failures, firstRetryMs, longestRetryMs) : repeatMs;
		// What has gone well says that the node can be reached: whatever else has failed there may be tried at once.
		state.last = { ...(failed && state.last), [operation]: { failures, retryAt: this.#now() + wait } };
		this.#outcomes.set(uid, [...(this.#outcomes.get(uid) ?? []), ...outcomes]);
		const more = [...states.values()].some(({ call }) => call === "running");
		this.#wake(key, more ? bunchMs : 0);
	}
}
