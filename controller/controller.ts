import { isDeepStrictEqual } from "node:util";
import type { KubeConfig } from "@kubernetes/client-node";
import type { ClusterInjector } from "../api/cluster-injector.ts";
import type { Experiment } from "../api/experiment.ts";
import type { Log } from "../api/log.ts";
import { faults } from "../faults/registry.ts";
import { allKinds } from "../orchestration/kinds.ts";
import { Admission } from "./admission/admission.ts";
import { ApiServer } from "./api-server.ts";
import { Certificates } from "./certificate-secrets.ts";
import type { Lifetimes } from "./certificates.ts";
import { ClusterSide } from "./cluster-side.ts";
import type { Config } from "./config.ts";
import { Daemons } from "./daemons.ts";
import { EmergencyStops } from "./emergency-stops.ts";
import { Events } from "./events.ts";
import { ExperimentIndex, keyOf } from "./experiment-index.ts";
import { Health } from "./health.ts";
import { type Pod, slimPod } from "./kube.ts";
import { experimentsPath, kubeWorld } from "./kube-world.ts";
import { recoverLeftovers } from "./leftovers.ts";
import { ControllerMetrics } from "./metrics.ts";
import { NodeCalls } from "./node-calls.ts";
import { ObservedNodes } from "./observed-nodes.ts";
import { podApi } from "./pod-api.ts";
import { Queue } from "./queue.ts";
import { Reconciler } from "./reconcile.ts";
import { Reflector } from "./reflector.ts";
import { mayBeTarget } from "./selection.ts";

/** All experiments are looked at this often even when nothing happens. */
const resyncMs = 300_000;
const leftoversMs = 15_000;
/** An API server waits for the webhooks for 5 s: whatever they ask of it must be answered before. */
const reviewMs = 4000;
/** Longest waits for what still runs when the controller is told to stop. */
const reconcilePatienceMs = 10_000;
const eventPatienceMs = 3000;
/** Changes of pods and faults come in crowds; one look after them is enough. */
const crowdMs = 100;

/** What a controller needs. */
export interface ControllerOptions {
	/** Credentials for the API server. */
	kubeConfig: KubeConfig;
	config: Config;
	log: Log;
	/** How long certificates are valid; default: years. */
	lifetimes?: Lifetimes;
}

/** Ports that a controller listens on. */
export interface Ports {
	health: number;
	webhook: number;
}

/** The operator: watches experiments, pods and daemons, and reconciles each experiment that something happened to. */
export class Controller {
	readonly #log: Log;
	readonly #config: Config;
	readonly #metrics: ControllerMetrics;
	readonly #server: ApiServer;
	readonly #reviews: ApiServer;
	readonly #certificates: Certificates;
	readonly #admission: Admission;
	readonly #stops: EmergencyStops;
	readonly #pods: Reflector<Pod>;
	readonly #experiments: Reflector<Experiment>[];
	readonly #index = new ExperimentIndex();
	readonly #daemons: Daemons;
	readonly #clusterInjectors = new Map<string, ClusterInjector<unknown>>();
	readonly #clusterSide: ClusterSide;
	readonly #events: Events;
	readonly #calls: NodeCalls;
	readonly #queue: Queue;
	readonly #chores: Queue;
	readonly #health: Health;
	readonly #timers: NodeJS.Timeout[] = [];
	#working = false;

	constructor({ kubeConfig, config, log, lifetimes }: ControllerOptions) {
		this.#log = log;
		this.#config = config;
		this.#metrics = new ControllerMetrics({
			experiments: () => this.#index.all.values(),
			queue: () => this.#queue.load,
			links: () => this.#daemons.synced(),
		});
		const onAnswer = (method: string, status: string): void => this.#metrics.requests.add({ method, status });
		this.#server = new ApiServer(kubeConfig, undefined, onAnswer);
		const server = this.#server;
		this.#certificates = new Certificates(server, config.namespace, log, lifetimes);
		this.#reviews = new ApiServer(kubeConfig, reviewMs, onAnswer);
		this.#admission = new Admission({ server: this.#reviews, kinds: allKinds, log });
		this.#events = new Events(server, log);
		this.#daemons = new Daemons({
			namespace: config.namespace,
			tls: () => this.#certificates.own,
			log,
			onState: (_node, { experiment }) => this.#enqueue(this.#index.all.get(experiment), crowdMs),
			onSynced: (node) => this.#nodeSynced(node),
		});
		this.#stops = new EmergencyStops({ server, log, onChange: () => this.#enqueueAll() });
		this.#pods = new Reflector<Pod>({
			server,
			path: "/api/v1/pods",
			log,
			keep: slimPod,
			onChange: (after, before) => this.#podChanged(after, before),
		});
		this.#experiments = Object.keys(faults).map(
			(kind) =>
				new Reflector<Experiment>({
					server,
					path: experimentsPath(kind),
					log,
					onChange: (after, before) => this.#experimentChanged(after, before),
				}),
		);
		this.#clusterSide = new ClusterSide({
			api: podApi(server, config.systemImage),
			injectors: this.#clusterInjectors,
			cache: this.#pods,
		});
		const sides = {
			node: new ObservedNodes(this.#daemons, this.#metrics, log),
			cluster: new ObservedNodes(this.#clusterSide, this.#metrics, log),
		};
		this.#calls = new NodeCalls(sides, log, (key, after) => this.#queue.add(key, after));
		const world = kubeWorld({
			server,
			pods: this.#pods,
			daemons: this.#daemons,
			clusterSide: this.#clusterSide,
			events: this.#events,
			stops: this.#stops,
			defaultDurationMs: config.defaultDurationMs,
		});
		const reconciler = new Reconciler(world, this.#calls, log);
		this.#queue = new Queue({
			workers: config.workers,
			run: (key) => {
				const [kind = "", namespace = "", name = ""] = key.split("/");
				return this.#metrics.reconciles.time({ kind }, () => reconciler.reconcile({ kind, namespace, name }));
			},
			onError: (name, error, failures) =>
				log.warn("reconciling failed", { experiment: this.#index.uidOf(name), name, error, failures }),
		});
		this.#chores = new Queue({
			workers: 3,
			run: (chore) => this.#chore(chore),
			onError: (chore, error) => log.warn("a chore failed; it is tried again", { chore, error }),
		});
		this.#health = new Health(
			() => this.#unlisted() ?? this.#admission.missing,
			() => this.#metrics.registry.text(),
		);
	}

	/** Begins to work; goes on in the background until `stop`. Throws when a port is taken. */
	async start(): Promise<Ports> {
		for (const [kind, { clusterInjector }] of Object.entries(faults)) {
			if (clusterInjector) this.#clusterInjectors.set(kind, await clusterInjector());
		}
		const { namespace, healthPort, webhookPort } = this.#config;
		const ports = {
			health: await this.#health.listen(healthPort),
			webhook: await this.#admission.listen(webhookPort),
		};
		this.#log.info("controller started", { namespace, ports });
		this.#chores.add("certificates");
		return ports;
	}

	/** Finishes what it is at, in bounded time. Faults stay in place; the next controller goes on from the records. */
	async stop(): Promise<void> {
		for (const timer of this.#timers) clearInterval(timer);
		await Promise.all([this.#queue.stop(reconcilePatienceMs), this.#chores.stop(reconcilePatienceMs)]);
		await Promise.all([this.#stops, this.#pods, ...this.#experiments].map((reflector) => reflector.stop()));
		await Promise.race([this.#events.flush(), new Promise((resolve) => setTimeout(resolve, eventPatienceMs).unref())]);
		await this.#daemons.close();
		await Promise.all([this.#health.close(), this.#admission.close()]);
		this.#server.close();
		this.#reviews.close();
		this.#log.info("controller stopped");
	}

	async #chore(chore: string): Promise<number | undefined> {
		switch (chore) {
			case "certificates":
				await this.#certificates.ensure();
				this.#work();
				this.#chores.add("webhooks");
				return this.#certificates.periodMs;
			case "webhooks":
				await this.#admission.certify(this.#certificates.webhook);
				return this.#admission.periodMs;
			default:
				await this.#recoverLeftovers();
				return leftoversMs;
		}
	}

	async #recoverLeftovers(): Promise<void> {
		const known = {
			cached: () => (this.#unlisted() === undefined ? this.#index.all : undefined),
			list: () => this.#listExperiments(),
			log: this.#log,
		};
		const [daemons, pods] = [this.#daemons, this.#clusterSide];
		await recoverLeftovers({
			...known,
			held: () => daemons.held(),
			recover: (node, held) => daemons.recover(node, held),
		});
		await recoverLeftovers({ ...known, held: () => pods.held(), recover: (node, held) => pods.recover(node, held) });
	}

	/** Starts the watches, once the daemons can be talked to. */
	#work(): void {
		if (this.#working) return;
		this.#working = true;
		// Pods first: an experiment that is looked at without them reads each of its targets from the API server. Before all else
		// emergency stops: nothing may start that should not.
		this.#stops.start(() =>
			this.#pods.start(() => {
				for (const reflector of this.#experiments) reflector.start();
			}),
		);
		this.#chores.add("leftovers", leftoversMs);
		this.#timers.push(setInterval(() => this.#enqueueAll(), resyncMs));
	}

	/** What of the cluster is not known yet. */
	#unlisted(): string | undefined {
		if (!this.#working) return "the certificates are not made yet";
		if (!this.#stops.synced) return "emergency stops are not listed yet";
		if (!this.#pods.synced) return "pods are not listed yet";
		const waiting = Object.keys(faults).filter((_, index) => !this.#experiments[index]?.synced);
		return waiting.length > 0 ? `not listed yet: ${waiting.join(", ")}` : undefined;
	}

	async #listExperiments(): Promise<Experiment[]> {
		const lists = await Promise.all(
			Object.keys(faults).map((kind) => this.#server.get<{ items: Experiment[] }>(experimentsPath(kind))),
		);
		return lists.flatMap(({ items }) => items);
	}

	#experimentChanged(after: Experiment | undefined, before: Experiment | undefined): void {
		this.#index.changed(after, before);
		if (!after || hasLeft(after)) this.#chores.add("leftovers", crowdMs);
		// Our own status writes come back here; they need no further look.
		if (after && before && isDeepStrictEqual(asked(after), asked(before))) return;
		this.#enqueue(after ?? before);
	}

	#podChanged(after: Pod | undefined, before: Pod | undefined): void {
		this.#daemons.podChanged(after, before);
		this.#clusterSide.podChanged(after, before);
		const { namespace, name } = (after ?? before)?.metadata ?? {};
		for (const experiment of this.#index.ofPod(namespace ?? "", name ?? "")) this.#enqueue(experiment, crowdMs);
		for (const experiment of this.#index.unselected()) {
			if (mayBe(experiment, after) && !mayBe(experiment, before)) this.#enqueue(experiment, crowdMs);
		}
	}

	#nodeSynced(node: string): void {
		this.#log.info("daemon synced", { node });
		this.#calls.nodeReady(node);
		for (const experiment of this.#index.ofNode(node)) this.#enqueue(experiment);
		this.#chores.add("leftovers", crowdMs);
	}

	#enqueueAll(): void {
		for (const experiment of this.#index.all.values()) this.#enqueue(experiment);
	}

	#enqueue(experiment: Experiment | undefined, after = 0): void {
		if (experiment) this.#queue.add(keyOf(experiment), after);
	}
}

/** What of an experiment others ask of us. */
function asked({ metadata, spec }: Experiment): unknown {
	const { uid, annotations, deletionTimestamp, finalizers } = metadata;
	return { uid, annotations, deletionTimestamp, finalizers, spec };
}

/** Whether an experiment that still looks for targets may find one in this pod. */
function mayBe(experiment: Experiment, pod: Pod | undefined): boolean {
	const kind = faults[experiment.kind]?.kind;
	return pod !== undefined && kind !== undefined && mayBeTarget(kind, experiment, pod);
}

/** Whether a target is gone, so that its node may hold what no record stands for any more. */
function hasLeft({ status }: Experiment): boolean {
	return status?.experiment.containerRecords?.some(({ reason }) => reason === "TargetGone") ?? false;
}
