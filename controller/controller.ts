import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import type { KubeConfig } from "@kubernetes/client-node";
import type { ClusterInjector } from "../api/cluster-injector.ts";
import type { Experiment } from "../api/experiment.ts";
import type { Log } from "../api/log.ts";
import { type OwnProbe, ownProbe, ownProbesPath } from "../api/own-probe.ts";
import { faults } from "../faults/registry.ts";
import { allKinds } from "../orchestration/kinds.ts";
import type { Pod } from "../selection/pod.ts";
import { Admission } from "./admission/admission.ts";
import { ApiServer } from "./api-server.ts";
import { Certificates } from "./certificate-secrets.ts";
import type { Lifetimes } from "./certificates.ts";
import type { Config } from "./config.ts";
import { Election, type ElectionTimes } from "./election.ts";
import { EmergencyStops } from "./emergency-stops.ts";
import { ExperimentIndex } from "./experiment-index.ts";
import { GuardRails } from "./guard-rails.ts";
import { Health } from "./health.ts";
import { clusterDomainOf } from "./hosts/services.ts";
import { experimentsPath } from "./kube-world.ts";
import { ControllerMetrics } from "./metrics.ts";
import { Operator } from "./operator.ts";
import { unpacked } from "./packing.ts";
import { Queue } from "./queue.ts";
import { Reflector } from "./reflector.ts";
import { slimPod } from "./slim-pod.ts";
import type { Term } from "./term.ts";

/** An API server waits for the webhooks for 5 s: whatever they ask of it must be answered before. */
const reviewMs = 4000;
/** Answers about the Lease that come later are of no use. */
const leaseAnswerMs = 4000;
/** Longest wait for chores that still run when the controller is told to stop. */
const chorePatienceMs = 10_000;

/** What a controller needs. */
export interface ControllerOptions {
	/** Credentials for the API server. */
	kubeConfig: KubeConfig;
	config: Config;
	/** Name of this replica, which no other that lives has. */
	identity: string;
	log: Log;
	/** How long certificates are valid; default: years. */
	lifetimes?: Lifetimes;
	/** Times of the election; default: 15 s until a leader that is gone has a successor. */
	times?: ElectionTimes;
}

/** Ports that a controller listens on. */
export interface Ports {
	health: number;
	webhook: number;
}

/**
 * One replica of the controller. Each serves the webhooks and keeps caches of experiments and pods; the one that leads has an operator,
 * which does the rest.
 */
export class Controller {
	readonly #options: ControllerOptions;
	readonly #metrics: ControllerMetrics;
	readonly #server: ApiServer;
	readonly #reviews: ApiServer;
	readonly #leases: ApiServer;
	readonly #certificates: Certificates;
	readonly #admission: Admission;
	readonly #stops: EmergencyStops;
	readonly #rails: GuardRails;
	readonly #pods: Reflector<Pod>;
	readonly #probes: Reflector<OwnProbe>;
	readonly #experiments: Reflector<Experiment>[];
	readonly #index = new ExperimentIndex();
	readonly #clusterDomain = clusterDomainOf(readFileSync("/etc/resolv.conf", "utf8"));
	readonly #clusterInjectors = new Map<string, ClusterInjector<unknown>>();
	readonly #election: Election;
	readonly #chores: Queue;
	readonly #health: Health;
	#operator: Operator | undefined;
	/** Operators of terms that are over, on their way out. */
	readonly #leaving = new Set<Promise<void>>();
	#working = false;

	constructor(options: ControllerOptions) {
		const { kubeConfig, config, identity, log, lifetimes, times } = options;
		this.#options = options;
		this.#metrics = new ControllerMetrics({
			leads: () => this.#operator !== undefined,
			// Those of the others are the same ones: a sum over all replicas must count each once.
			experiments: () => (this.#operator ? this.#index.all.values() : []),
			probes: () => (this.#operator ? this.#probes.all() : []),
			queue: () => this.#operator?.load ?? { ready: 0, running: 0, oldestMs: 0 },
			links: () => this.#operator?.links() ?? [],
			pods: () => this.#pods.size,
		});
		const onAnswer = (method: string, status: string): void => this.#metrics.requests.add({ method, status });
		this.#server = new ApiServer(kubeConfig, undefined, onAnswer);
		const server = this.#server;
		this.#certificates = new Certificates(server, config.namespace, log, lifetimes);
		this.#reviews = new ApiServer(kubeConfig, reviewMs, onAnswer);
		this.#stops = new EmergencyStops({ server, log, onChange: () => this.#operator?.lookAtAll() });
		this.#rails = new GuardRails({ server, log, onChange: () => this.#operator?.lookAtAll() });
		this.#admission = new Admission({
			server: this.#reviews,
			kinds: [...allKinds, ownProbe],
			rails: this.#rails,
			defaultDurationMs: config.defaultDurationMs,
			log,
		});
		this.#pods = new Reflector<Pod>({
			server,
			path: "/api/v1/pods",
			log,
			keep: slimPod,
			onChange: (after, before) => this.#operator?.podChanged(after, before),
		});
		this.#probes = new Reflector<OwnProbe>({
			server,
			path: ownProbesPath,
			log,
			// A cluster whose installation does not know of them has none.
			maybeMissing: true,
			onChange: (after, before) => this.#operator?.probeChanged(after, before),
		});
		this.#experiments = Object.keys(faults).map(
			(kind) =>
				new Reflector<Experiment>({
					server,
					path: experimentsPath(kind),
					log,
					keep: unpacked,
					onChange: (after, before) => this.#experimentChanged(after, before),
				}),
		);
		this.#leases = new ApiServer(kubeConfig, leaseAnswerMs, onAnswer);
		this.#election = new Election({
			server: this.#leases,
			namespace: config.namespace,
			identity,
			log,
			onElected: (term) => this.#lead(term),
			...(times && { times }),
		});
		this.#chores = new Queue({
			workers: 2,
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
		const { namespace, healthPort, webhookPort } = this.#options.config;
		const ports = {
			health: await this.#health.listen(healthPort),
			webhook: await this.#admission.listen(webhookPort),
		};
		this.#options.log.info("controller started", { namespace, ports });
		this.#chores.add("certificates");
		return ports;
	}

	/**
	 * Finishes what it is at, in bounded time, and lets another replica lead. Faults stay in place; the next leader goes on from the
	 * records.
	 */
	async stop(): Promise<void> {
		await this.#operator?.stop();
		await this.#election.stop();
		await Promise.all([this.#chores.stop(chorePatienceMs), ...this.#leaving]);
		await Promise.all(
			[this.#stops, this.#rails, this.#pods, this.#probes, ...this.#experiments].map((reflector) => reflector.stop()),
		);
		await Promise.all([this.#health.close(), this.#admission.close()]);
		for (const server of [this.#server, this.#reviews, this.#leases]) server.close();
		this.#options.log.info("controller stopped");
	}

	async #chore(chore: string): Promise<number | undefined> {
		if (chore === "certificates") {
			await this.#certificates.ensure();
			this.#work();
			this.#chores.add("webhooks");
			return this.#certificates.periodMs;
		}
		await this.#admission.certify(this.#certificates.webhook);
		return this.#admission.periodMs;
	}

	/** Starts the watches, once the daemons can be talked to. */
	#work(): void {
		if (this.#working) return;
		this.#working = true;
		// Pods first: an experiment that is looked at without them reads each of its targets from the API server. Before all else
		// emergency stops and guard rails: nothing may start that should not.
		this.#stops.start(() =>
			this.#rails.start(() =>
				this.#pods.start(() => {
					for (const reflector of [this.#probes, ...this.#experiments]) reflector.start();
					this.#election.start();
				}),
			),
		);
	}

	#lead(term: Term): void {
		const { kubeConfig, config, log } = this.#options;
		const operator = new Operator({
			term,
			server: this.#server,
			kubeConfig,
			config,
			log,
			metrics: this.#metrics,
			tls: () => this.#certificates.own,
			stops: this.#stops,
			rails: this.#rails,
			pods: this.#pods,
			probes: this.#probes,
			experiments: this.#index,
			unlisted: () => this.#unlisted(),
			clusterDomain: this.#clusterDomain,
			clusterInjectors: this.#clusterInjectors,
			onOutranked: (epoch) => this.#election.outranked(epoch),
		});
		this.#operator = operator;
		term.ended.addEventListener("abort", () => this.#standDown(operator), { once: true });
		operator.start();
	}

	#standDown(operator: Operator): void {
		if (this.#operator !== operator) return;
		this.#operator = undefined;
		const leaving = operator.stop().finally(() => this.#leaving.delete(leaving));
		this.#leaving.add(leaving);
	}

	/** What of the cluster is not known yet. */
	#unlisted(): string | undefined {
		if (!this.#working) return "the certificates are not made yet";
		if (!this.#stops.synced) return "emergency stops are not listed yet";
		if (!this.#rails.synced) return "guard rails are not listed yet";
		if (!this.#pods.synced) return "pods are not listed yet";
		const waiting = Object.keys(faults).filter((_, index) => !this.#experiments[index]?.synced);
		return waiting.length > 0 ? `not listed yet: ${waiting.join(", ")}` : undefined;
	}

	#experimentChanged(after: Experiment | undefined, before: Experiment | undefined): void {
		this.#index.changed(after, before);
		// Our own status writes come back here; they need no further look.
		const asks = !after || !before || !isDeepStrictEqual(asked(after), asked(before));
		this.#operator?.experimentChanged(after, before, asks);
	}
}

/** What of an experiment others ask of us. */
function asked({ metadata, spec }: Experiment): unknown {
	const { uid, annotations, deletionTimestamp, finalizers } = metadata;
	return { uid, annotations, deletionTimestamp, finalizers, spec };
}
