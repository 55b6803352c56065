import { Resolver } from "node:dns/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { KubeConfig } from "@kubernetes/client-node";
import type { ClusterInjector } from "../api/cluster-injector.ts";
import type { Experiment } from "../api/experiment.ts";
import type { Log } from "../api/log.ts";
import type { OwnProbe } from "../api/own-probe.ts";
import { faults } from "../faults/registry.ts";
import type { Pod } from "../selection/pod.ts";
import { type ApiServer, orNothing } from "./api-server.ts";
import { ClusterSide } from "./cluster-side.ts";
import type { Config } from "./config.ts";
import type { TlsMaterial } from "./daemon-client.ts";
import { Daemons } from "./daemons.ts";
import type { EmergencyStops } from "./emergency-stops.ts";
import { Events } from "./events.ts";
import { type ExperimentIndex, keyOf } from "./experiment-index.ts";
import { type FencedServer, fenced } from "./fenced.ts";
import type { GuardRails } from "./guard-rails.ts";
import { Hosts } from "./hosts/hosts.ts";
import { lookUpIn } from "./hosts/look-up.ts";
import { experimentsPath, kubeWorld } from "./kube-world.ts";
import { recoverLeftovers } from "./leftovers.ts";
import type { ControllerMetrics } from "./metrics.ts";
import { NodeCalls } from "./node-calls.ts";
import { reportNode } from "./node-reports.ts";
import { ObservedNodes } from "./observed-nodes.ts";
import { unpacked } from "./packing.ts";
import { podApi } from "./pod-api.ts";
import { askThrough } from "./probes/ask.ts";
import type { LookerOptions } from "./probes/looker.ts";
import { meansOf } from "./probes/means.ts";
import { OwnProbes } from "./probes/own-probes.ts";
import { Prober } from "./probes/prober.ts";
import { Queue, type QueueLoad } from "./queue.ts";
import { Reconciler } from "./reconcile.ts";
import type { Reflector } from "./reflector.ts";
import { mayBeTarget } from "./selection.ts";
import type { Term } from "./term.ts";

/** All experiments are looked at this often even when nothing happens. */
const resyncMs = 300_000;
const leftoversMs = 15_000;
/** A module of the kernel may have been loaded meanwhile, without which a node can't do a fault. */
const reportsMs = 3_600_000;
/** Longest waits for what still runs when the operator is told to stop; a kubelet waits for 30 s in all. */
const reconcilePatienceMs = 10_000;
const callPatienceMs = 8000;
const eventPatienceMs = 3000;
/** Changes of pods and faults come in crowds; one look after them is enough. */
const crowdMs = 100;

/** Longest wait for an answer of DNS, ms, and how often a server is asked. */
const dnsPatience = { timeout: 2000, tries: 2 };

/** What an operator needs; the caches are kept by others, and filled. */
export interface OperatorOptions {
	term: Term;
	server: ApiServer;
	/** The same, for commands in pods. */
	kubeConfig: KubeConfig;
	config: Config;
	log: Log;
	metrics: ControllerMetrics;
	/** Certificate of the controller for the daemons. */
	tls: () => TlsMaterial;
	stops: EmergencyStops;
	rails: GuardRails;
	pods: Reflector<Pod>;
	/** Those that are of no experiment. */
	probes: Reflector<OwnProbe>;
	experiments: ExperimentIndex;
	/** What of the cluster is not in the caches yet; undefined: nothing. */
	unlisted: () => string | undefined;
	/** Domain of the cluster's own names: `cluster.local`. */
	clusterDomain: string;
	/** By kind of fault. */
	clusterInjectors: ReadonlyMap<string, ClusterInjector<unknown>>;
	/** A node has heard of a later leader. */
	onOutranked: (epoch: number) => void;
}

/**
 * The work of the replica that leads, for one term: reconciles each experiment that something happened to, and talks to the daemons. It
 * knows nothing but what objects and daemons say, so that it goes on wherever another one has left off; and it is thrown away with its
 * term, so that nothing of that is ever acted on later.
 */
export class Operator {
	readonly #options: OperatorOptions;
	readonly #server: FencedServer;
	readonly #daemons: Daemons;
	readonly #clusterSide: ClusterSide;
	readonly #events: Events;
	readonly #calls: NodeCalls;
	readonly #prober: Prober;
	readonly #ownProbes: OwnProbes;
	readonly #queue: Queue;
	readonly #chores: Queue;
	readonly #reports: Queue;
	#resync: NodeJS.Timeout | undefined;

	constructor(options: OperatorOptions) {
		const { term, config, log, metrics, tls, stops, rails, pods, experiments, clusterInjectors, onOutranked } = options;
		this.#options = options;
		const server = fenced(options.server, term);
		this.#server = server;
		this.#events = new Events(server, log);
		this.#daemons = new Daemons({
			namespace: config.namespace,
			tls,
			epoch: () => {
				term.check();
				return term.epoch;
			},
			leaseMs: config.leaseMs,
			onOutranked,
			log,
			onState: (_node, { experiment }) => this.#enqueue(experiments.all.get(experiment), crowdMs),
			onSynced: (node) => this.#nodeSynced(node),
		});
		this.#clusterSide = new ClusterSide({
			api: podApi(server, config.systemImage),
			injectors: clusterInjectors,
			cache: pods,
		});
		const sides = {
			node: new ObservedNodes(this.#daemons, metrics, log),
			cluster: new ObservedNodes(this.#clusterSide, metrics, log),
		};
		this.#calls = new NodeCalls(sides, log, (key, after) => this.#queue.add(key, after));
		const dns = new Resolver(dnsPatience);
		const { clusterDomain, kubeConfig } = options;
		const looking: LookerOptions = {
			ask: askThrough(meansOf({ server, kubeConfig, pods, dns, clusterDomain })),
			onLook: (type, outcome, seconds) => metrics.looks.observe({ type, outcome }, seconds),
		};
		this.#prober = new Prober({ ...looking, wake: (key, after) => this.#queue.add(key, after) });
		this.#ownProbes = new OwnProbes({ ...looking, server, log });
		const world = kubeWorld({
			server,
			pods,
			daemons: this.#daemons,
			clusterSide: this.#clusterSide,
			events: this.#events,
			stops,
			rails,
			hosts: new Hosts({
				lookUp: lookUpIn({ server, dns, clusterDomain }),
				wake: (key) => this.#queue.add(key, crowdMs),
			}),
			defaultDurationMs: config.defaultDurationMs,
			allowHostNetwork: config.allowHostNetwork,
		});
		const reconciler = new Reconciler(world, this.#calls, this.#prober, log);
		this.#queue = new Queue({
			workers: config.workers,
			run: (key) => {
				const [kind = "", namespace = "", name = ""] = key.split("/");
				return metrics.reconciles.time({ kind }, () => reconciler.reconcile({ kind, namespace, name }));
			},
			onError: (name, error, failures) =>
				log.warn("reconciling failed", { experiment: experiments.uidOf(name), name, error, failures }),
		});
		this.#chores = new Queue({
			workers: 1,
			run: async () => {
				await this.#recoverLeftovers();
				return leftoversMs;
			},
			onError: (chore, error) => log.warn("a chore failed; it is tried again", { chore, error }),
		});
		this.#reports = new Queue({
			workers: 2,
			run: async (node) => {
				await reportNode({ server, ask: (name) => this.#daemons.abilities(name) }, node);
				return reportsMs;
			},
			onError: (node, error) => log.warn("the report of a node could not be written", { node, error }),
		});
	}

	/** Begins: looks at all that the caches hold. */
	start(): void {
		for (const pod of this.#options.pods.all()) this.#daemons.podChanged(pod, undefined);
		for (const probe of this.#options.probes.all()) this.#ownProbes.changed(probe, undefined);
		this.lookAtAll();
		this.#resync = setInterval(() => this.lookAtAll(), resyncMs);
		this.#chores.add("leftovers", leftoversMs);
	}

	/**
	 * Begins nothing any more. While the term lasts, waits for what runs, in bounded time; one that is over breaks off the calls to
	 * nodes at once. Faults stay in place; the next operator goes on from the records.
	 */
	async stop(): Promise<void> {
		clearInterval(this.#resync);
		this.#prober.stop();
		if (!this.#options.term.lasts) await this.#daemons.close();
		await Promise.all([
			this.#queue.stop(reconcilePatienceMs),
			this.#chores.stop(reconcilePatienceMs),
			this.#reports.stop(reconcilePatienceMs),
			this.#ownProbes.stop(),
		]);
		await within(callPatienceMs, this.#calls.idle());
		await within(eventPatienceMs, this.#events.flush());
		await this.#daemons.close();
	}

	/** Has every experiment looked at. */
	lookAtAll(): void {
		for (const experiment of this.#options.experiments.all.values()) this.#enqueue(experiment);
	}

	/** How much there is to do now. */
	get load(): QueueLoad {
		return this.#queue.load;
	}

	/** For each daemon that is linked, whether all that it holds is known. */
	links(): boolean[] {
		return this.#daemons.synced();
	}

	/** To be told of every change of an experiment that others ask something by, and of every one that leaves. */
	experimentChanged(after: Experiment | undefined, before: Experiment | undefined, asked: boolean): void {
		if (!after || hasLeft(after)) this.#chores.add("leftovers", crowdMs);
		if (asked) this.#enqueue(after ?? before);
	}

	/** To be told of every change of a Probe. */
	probeChanged(after: OwnProbe | undefined, before: OwnProbe | undefined): void {
		this.#ownProbes.changed(after, before);
	}

	/** To be told of every change of a pod. */
	podChanged(after: Pod | undefined, before: Pod | undefined): void {
		const { experiments } = this.#options;
		this.#daemons.podChanged(after, before);
		this.#clusterSide.podChanged(after, before);
		const { namespace, name } = (after ?? before)?.metadata ?? {};
		for (const experiment of experiments.ofPod(namespace ?? "", name ?? "")) this.#enqueue(experiment, crowdMs);
		for (const experiment of experiments.looking()) {
			const [may, might] = [mayBe(experiment, after), mayBe(experiment, before)];
			// What caches can't tell of a pod that may be meant (annotations, fields) may be what has changed.
			if (may !== might || (may && hasTargets(experiment))) this.#enqueue(experiment, crowdMs);
		}
	}

	#nodeSynced(node: string): void {
		this.#options.log.info("daemon synced", { node });
		this.#calls.nodeReady(node);
		for (const experiment of this.#options.experiments.ofNode(node)) this.#enqueue(experiment);
		this.#chores.add("leftovers", crowdMs);
		this.#reports.add(node);
	}

	async #recoverLeftovers(): Promise<void> {
		const { unlisted, experiments, log } = this.#options;
		const known = {
			cached: () => (unlisted() === undefined ? experiments.all : undefined),
			list: () => this.#listExperiments(),
			log,
		};
		const [daemons, pods] = [this.#daemons, this.#clusterSide];
		await recoverLeftovers({
			...known,
			held: () => daemons.held(),
			recover: (node, held) => daemons.recover(node, held),
		});
		await recoverLeftovers({ ...known, held: () => pods.held(), recover: (node, held) => pods.recover(node, held) });
	}

	async #listExperiments(): Promise<Experiment[]> {
		const lists = await Promise.all(
			Object.keys(faults).map((kind) => orNothing(this.#server.get<{ items: Experiment[] }>(experimentsPath(kind)))),
		);
		// A kind whose definition was deleted has no experiments any more.
		return lists.flatMap((list) => (list?.items ?? []).map(unpacked));
	}

	#enqueue(experiment: Experiment | undefined, after = 0): void {
		if (experiment) this.#queue.add(keyOf(experiment), after);
	}
}

/** Settles when the task does, or after so many ms. */
async function within(ms: number, task: Promise<unknown>): Promise<void> {
	const enough = new AbortController();
	await Promise.race([task, sleep(ms, undefined, { signal: enough.signal }).catch(() => undefined)]);
	enough.abort();
}

/** Whether an experiment that looks for targets may find one in this pod. */
function mayBe(experiment: Experiment, pod: Pod | undefined): boolean {
	const kind = faults[experiment.kind]?.kind;
	return pod !== undefined && kind !== undefined && mayBeTarget(kind, experiment, pod);
}

function hasTargets({ status }: Experiment): boolean {
	return status?.experiment.containerRecords !== undefined;
}

/** Whether a target is gone, so that its node may hold what no record stands for any more. */
function hasLeft({ status }: Experiment): boolean {
	return status?.experiment.containerRecords?.some(({ reason }) => reason === "TargetGone") ?? false;
}
