import type { Injection } from "../api/cluster-injector.ts";
import type { InjectItem, InjectionState } from "../api/daemon-api.ts";
import type { Experiment } from "../api/experiment.ts";
import type { FaultKind, Traits } from "../api/kind.ts";
import type { Addresses, ChosenPod, PlannedTarget, RefusedTarget } from "../api/plan.ts";
import type { Selector } from "../api/selector.ts";
import type { Rails } from "../guard-rails/judge.ts";
import type { Pod } from "../selection/pod.ts";
import type { Announcement } from "./announce.ts";
import type { KnownHost } from "./hosts/hosts.ts";

/** Where an experiment is. */
export interface ExperimentRef {
	kind: string;
	namespace: string;
	name: string;
}

/** What the daemons say of one injection: its last state, `absent` (the daemon does not hold it), `unknown` (nobody to ask). */
export type Observed = InjectionState | "absent" | "unknown";

/** A status or finalizers were to be written on an object that has changed, or has gone, since it was read. */
export class Conflict extends Error {}

/** The calls that put faults into nodes and take them out. */
export interface Nodes {
	/** All items are on that node. Throws NodeUnavailable when no answer was had. */
	inject(node: string, items: InjectItem[]): Promise<InjectionState[]>;
	/** As `inject`. */
	recover(node: string, items: RecoverItem[]): Promise<InjectionState[]>;
}

/** One fault to take out, or to ask after. */
export interface RecoverItem extends Injection {
	kind: string;
}

/** No answer from a node: no daemon there that is ready, no connection, no reply in time. The message says which and why. */
export class NodeUnavailable extends Error {}

/** All that reconciling reads and writes outside itself. */
export interface World {
	/** Now, ms since the epoch. */
	now(): number;
	/** How long an experiment without a duration of its own runs, ms. */
	defaultDurationMs: number;
	/** The emergency stop that is in force now, in words; undefined: none. */
	readonly emergencyStop: string | undefined;
	/** The guard rails that hold now, by name. */
	readonly guardRails: readonly Rails[];
	kind(name: string): FaultKind;
	plan(
		experiment: Experiment,
		chosen: Record<string, ChosenPod[]>,
		addresses: Addresses,
		spared: readonly string[] | undefined,
	): Promise<(PlannedTarget<unknown> | RefusedTarget)[]>;
	/** What the names in the spec stand for; who asks is woken when that changes. */
	hosts(experiment: Experiment): Promise<KnownHost[]>;
	/**
	 * Addresses that must be reached whatever is done to a node's network: of the API server, and of the chaos system; undefined:
	 * this installation does not allow faults there.
	 */
	spared(experiment: Experiment): Promise<string[] | undefined>;
	/** The experiment as it is now, not as a cache has it; undefined: there is none. */
	readExperiment(ref: ExperimentRef): Promise<Experiment | undefined>;
	/** Writes the status; throws Conflict. */
	writeStatus(experiment: Experiment): Promise<Experiment>;
	/** Writes the list of finalizers; throws Conflict. */
	writeFinalizers(experiment: Experiment, finalizers: string[]): Promise<Experiment>;
	/** The pod as the cache has it. */
	cachedPod(namespace: string, name: string): Pod | undefined;
	/** All pods as the cache has them. */
	cachedPods(): Iterable<Pod>;
	/** The pod as it is now; undefined: there is none. */
	readPod(namespace: string, name: string): Promise<Pod | undefined>;
	/** Pods of a namespace with the labels, annotations and fields of a selector, as they are now. */
	listPods(namespace: string, selector: Selector): Promise<Pod[]>;
	/** Names of the nodes with all these labels, as they are now. */
	listNodes(labels: Record<string, string>): Promise<string[]>;
	namespaceExists(name: string): Promise<boolean>;
	nodeExists(name: string): Promise<boolean>;
	/** What the daemon of a node, or the pod itself, says of an injection. */
	observed(where: Traits["where"], node: string, item: RecoverItem): Observed;
	/** Makes Kubernetes events of it. */
	announce(experiment: Experiment, announcements: Announcement[]): void;
}
