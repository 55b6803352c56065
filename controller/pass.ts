import type { Experiment } from "../api/experiment.ts";
import type { Traits } from "../api/kind.ts";
import type { Probe } from "../api/probe.ts";
import type { HostAddresses, ProbeStatus, TargetRecord } from "../api/status.ts";
import type { NotSelected } from "../selection/not-selected.ts";
import type { Desired } from "./desired-phase.ts";
import type { Caller, NodeCalls, Outcome } from "./node-calls.ts";
import type { Standing } from "./probes/standing.ts";
import type { World } from "./world.ts";

/** One look at an experiment: what was seen, and what is to come of it. */
export interface Pass {
	readonly world: World;
	readonly calls: NodeCalls;
	readonly caller: Caller;
	readonly desired: Desired;
	readonly traits: Traits;
	/** With their defaults; none when the spec is wrong. */
	readonly probes: readonly Probe[];
	readonly standing: Standing;
	experiment: Experiment;
	/** Where the probes stand. */
	probed: ProbeStatus[];
	/** Undefined until targets are chosen. */
	records: TargetRecord[] | undefined;
	notSelected?: NotSelected;
	/** Pods that match and are not hit, and why, where targets follow the selector; absent: there are none. */
	limited?: string | undefined;
	/** What the names in the spec stand for; undefined until they were looked up, or when there are none. */
	hosts?: HostAddresses[] | undefined;
	/** Names that stand for nothing now, each as a sentence. */
	lostHosts?: string[];
	/** Value of the re-inject annotation that was last acted on. */
	reinjected: string | undefined;
	/** What to do once the status stands that says so: calls that were begun, and what is remembered. */
	readonly begin: (() => void)[];
	/** Nodes that a call is begun to: each gets one at a time. */
	readonly called: Set<string>;
	/** When to look again, ms from now; the least counts. */
	readonly again: number[];
}

/** Whether the node can be called now; if it is too early, the look is repeated in time. */
export function mayCall(
	{ calls, caller, again, called }: Pass,
	node: string,
	operation: Outcome["operation"],
): boolean {
	if (called.has(node) || calls.busy(caller.uid, node)) return false;
	const wait = calls.retryIn(caller.uid, node, operation);
	if (wait > 0) again.push(wait);
	return wait <= 0;
}

/** Says in the records that a step was begun; why the last try failed stays until this one has ended. */
export function markBegun(pass: Pass, begun: readonly TargetRecord[], phase: TargetRecord["phase"]): void {
	const among = new Set(begun);
	for (const { node } of begun) pass.called.add(node);
	pass.records = pass.records?.map((record) => (among.has(record) ? { ...record, phase } : record));
}
