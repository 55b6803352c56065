import { setImmediate } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import type { InjectItem, InjectionState } from "../../api/daemon-api.ts";
import type { Experiment, ExperimentSpec } from "../../api/experiment.ts";
import { injectionId } from "../../api/injection-id.ts";
import type { FaultKind } from "../../api/kind.ts";
import { createLog } from "../../api/log.ts";
import { apiVersion } from "../../api/names.ts";
import type { Plan } from "../../api/plan.ts";
import type { Condition, ConditionType, TargetRecord } from "../../api/status.ts";
import type { Announcement } from "../../controller/announce.ts";
import { Hosts } from "../../controller/hosts/hosts.ts";
import { addressesOf } from "../../controller/hosts/learn.ts";
import { NodeCalls } from "../../controller/node-calls.ts";
import type { Answer } from "../../controller/probes/looker.ts";
import { Prober } from "../../controller/probes/prober.ts";
import { Reconciler } from "../../controller/reconcile.ts";
import {
	Conflict,
	type Nodes,
	NodeUnavailable,
	type Observed,
	type RecoverItem,
	type World,
} from "../../controller/world.ts";
import { namedHosts } from "../../faults/network/external-target.ts";
import { planNetwork } from "../../faults/network/plan.ts";
import { type NetworkChaosSpec, networkChaos } from "../../faults/network/spec.ts";
import type { Rails } from "../../guard-rails/judge.ts";
import type { Pod } from "../../selection/pod.ts";

import { pod } from "./pods.ts";

/** A partition of all pods with app=web, made at 2026-01-01. */
export function experiment(changes: { metadata?: Partial<Experiment["metadata"]>; spec?: object } = {}): Experiment {
	return {
		apiVersion,
		kind: "NetworkChaos",
		metadata: {
			name: "cut",
			namespace: "shop",
			uid: "uid-cut",
			resourceVersion: "1",
			creationTimestamp: "2026-01-01T00:00:00Z",
			...changes.metadata,
		},
		spec: { action: "partition", mode: "all", selector: { labelSelectors: { app: "web" } }, ...changes.spec },
	};
}

/** A cluster in memory: the objects, the clock and the nodes that a reconciler sees. Time moves only when a test says so. */
export class TestWorld implements Nodes {
	clock = Date.parse("2026-01-01T00:00:01Z");
	experiment: Experiment | undefined = experiment();
	pods = new Map<string, Pod>();
	/** Pods as the cache has them where it lags behind; absent: it does not. */
	cache: Map<string, Pod> | undefined;
	/** The emergency stop that is on. */
	emergencyStop: string | undefined;
	/** The guard rails that hold. */
	guardRails: readonly Rails[] = [];
	readonly namespaces = new Set(["shop"]);
	/** Faults that nodes hold, by node and id, with where they stand. */
	readonly held = new Map<string, Map<string, InjectionState>>();
	/** Nodes that do not answer. */
	readonly dead = new Set<string>();
	readonly injected: { node: string; items: InjectItem[] }[] = [];
	readonly recovered: { node: string; ids: string[] }[] = [];
	kind: FaultKind = networkChaos;
	plan = planNetwork as unknown as Plan<ExperimentSpec, unknown>;
	/** What names stand for: addresses, or why nothing. */
	readonly names = new Map<string, string[] | string>();
	/** Addresses that must be reached on nodes whose network may be hit. */
	spared: string[] | undefined;
	hosts!: Hosts;
	readonly announced: Announcement[] = [];
	statusWrites = 0;
	liveReads = 0;
	/** How often pods were listed. */
	lists = 0;
	/** Whether lists of pods fail. */
	failLists = false;
	/** Called before each write: the moment at which somebody else may write. */
	beforeWrite: () => void = () => undefined;
	onInject: (item: InjectItem) => Omit<InjectionState, "id" | "experiment"> = () => ({ status: "injected" });
	onRecover: (id: string) => Omit<InjectionState, "id" | "experiment"> = () => ({ status: "recovered" });
	readonly woken: { key: string; after: number }[] = [];
	/** How the looks of each probe come out; what is not here passes. */
	readonly answers = new Map<string, Answer>();
	/** Names of the probes that were looked at. */
	readonly looks: string[] = [];
	/** When the experiment is to be looked at again. */
	#due = Number.POSITIVE_INFINITY;
	readonly #timers = new Set<{ at: number; run: () => void }>();
	prober!: Prober;
	calls!: NodeCalls;
	reconciler!: Reconciler;

	constructor(pods: readonly Pod[] = []) {
		for (const pod of pods) this.setPod(pod);
		this.restart();
	}

	/** A new controller: it knows nothing but what the objects say. */
	restart(): void {
		const log = createLog("error", () => undefined);
		this.hosts = new Hosts({
			lookUp: async ({ name }) => {
				const found = this.names.get(name) ?? "there is none";
				if (typeof found === "string") throw new Error(found);
				return { addresses: found, freshMs: 5000, keptMs: 0 };
			},
			wake: (key) => this.woken.push({ key, after: 0 }),
			now: () => this.clock,
		});
		this.calls = new NodeCalls(
			{ node: this, cluster: this },
			log,
			(key, after) => this.woken.push({ key, after }),
			() => this.clock,
		);
		this.#timers.clear();
		this.prober = new Prober({
			ask: async ({ name }) => {
				this.looks.push(name);
				return this.answers.get(name) ?? { outcome: "passed" };
			},
			wake: (key, after) => {
				if (after === 0) this.woken.push({ key, after });
				else this.#due = Math.min(this.#due, this.clock + after);
			},
			now: () => this.clock,
			ticks: () => this.clock,
			later: (ms, run) => this.#later(ms, run),
		});
		this.reconciler = new Reconciler(this.world, this.calls, this.prober, log);
	}

	setPod(pod: Pod): void {
		this.pods.set(`${pod.metadata.namespace}/${pod.metadata.name}`, pod);
	}

	/** One reconcile, without waiting for the calls that it starts. */
	async once(): Promise<number | undefined> {
		this.#due = Number.POSITIVE_INFINITY;
		const again = await this.reconciler.reconcile({ kind: "NetworkChaos", namespace: "shop", name: "cut" });
		this.#due = Math.min(this.#due, this.clock + (again ?? Number.POSITIVE_INFINITY));
		return again;
	}

	/** Reconciles as the queue would until nothing is left to do now; returns when it wants to look again. */
	async settle(): Promise<number | undefined> {
		for (let round = 0; round < 20; round++) {
			this.woken.length = 0;
			const again = await this.once();
			await this.calls.idle();
			await setImmediate();
			if (this.woken.length === 0 && again !== 0) return again;
		}
		throw new Error("the experiment does not settle");
	}

	/** As `settle`, a second later: a step that has just succeeded is not repeated at once. */
	settleLater(): Promise<number | undefined> {
		this.clock += 1000;
		return this.settle();
	}

	/** Lets time go by: runs what is due then, and has what comes of it settle. */
	async pass(ms: number): Promise<void> {
		const end = this.clock + ms;
		for (;;) {
			const [next] = [...this.#timers].sort((a, b) => a.at - b.at);
			this.clock = Math.min(next?.at ?? end, this.#due, end);
			if (next && next.at === this.clock) {
				this.#timers.delete(next);
				next.run();
				await setImmediate();
			} else if (this.#due > this.clock) break;
			if (this.woken.length > 0 || this.#due <= this.clock) await this.settle();
		}
	}

	#later(ms: number, run: () => void): () => void {
		const timer = { at: this.clock + ms, run };
		this.#timers.add(timer);
		return () => this.#timers.delete(timer);
	}

	get records(): TargetRecord[] {
		return this.experiment?.status?.experiment.containerRecords ?? [];
	}

	condition(type: ConditionType): Condition | undefined {
		return this.experiment?.status?.conditions?.find((condition) => condition.type === type);
	}

	annotate(annotations: Record<string, string>): void {
		this.change((metadata) => ({ ...metadata, annotations }));
	}

	delete(): void {
		this.change((metadata) => ({ ...metadata, deletionTimestamp: new Date(this.clock).toISOString() }));
	}

	/** Ids in place on a node. */
	on(node: string): string[] {
		return [...(this.held.get(node)?.values() ?? [])].filter(({ status }) => status === "injected").map(({ id }) => id);
	}

	/** The daemon notices that a fault stands elsewhere than before. */
	notice(node: string, status: InjectionState["status"], message?: string): void {
		for (const [id, state] of this.held.get(node) ?? []) {
			this.held
				.get(node)
				?.set(id, { id, experiment: state.experiment, status, ...(message !== undefined && { message }) });
		}
	}

	async inject(node: string, items: InjectItem[]): Promise<InjectionState[]> {
		this.injected.push({ node, items });
		if (this.dead.has(node)) throw new NodeUnavailable(`node ${node} does not answer`);
		return items.map((item) => {
			const state = { id: item.id, experiment: item.experiment, ...this.onInject(item) };
			if (state.status === "injected") this.#heldOn(node).set(item.id, state);
			return state;
		});
	}

	async recover(node: string, items: RecoverItem[]): Promise<InjectionState[]> {
		const ids = items.map(({ id }) => id);
		this.recovered.push({ node, ids });
		if (this.dead.has(node)) throw new NodeUnavailable(`node ${node} does not answer`);
		return ids.map((id) => {
			const state = { id, experiment: "uid-cut", ...this.onRecover(id) };
			if (state.status === "recovered") this.#heldOn(node).delete(id);
			return state;
		});
	}

	/** What the reconciler gets to see. */
	get world(): World {
		const stop = (): string | undefined => this.emergencyStop;
		const rails = (): readonly Rails[] => this.guardRails;
		return {
			now: () => this.clock,
			defaultDurationMs: 3_600_000,
			get emergencyStop() {
				return stop();
			},
			get guardRails() {
				return rails();
			},
			kind: () => this.kind,
			plan: async ({ spec }, chosen, addresses, spared) => this.plan(spec, chosen, addresses, spared),
			spared: async () => this.spared,
			hosts: ({ spec, status }) => {
				const last = addressesOf(status?.hosts);
				return Promise.all(
					namedHosts(spec as NetworkChaosSpec).map((host) => this.hosts.ask("cut", host, last[host.text] ?? [])),
				);
			},
			readExperiment: async () => structuredClone(this.experiment),
			writeStatus: async (written) => {
				this.#mayWrite(written);
				this.statusWrites++;
				return this.#store({
					...(this.experiment as Experiment),
					status: structuredClone(written.status as object) as never,
				});
			},
			writeFinalizers: async (read, finalizers) => {
				this.#mayWrite(read);
				const { metadata } = this.experiment as Experiment;
				const stored = this.#store({ ...(this.experiment as Experiment), metadata: { ...metadata, finalizers } });
				if (metadata.deletionTimestamp !== undefined && finalizers.length === 0) this.experiment = undefined;
				return stored;
			},
			cachedPod: (namespace, name) => (this.cache ?? this.pods).get(`${namespace}/${name}`),
			cachedPods: () => (this.cache ?? this.pods).values(),
			readPod: async (namespace, name) => {
				this.liveReads++;
				return this.pods.get(`${namespace}/${name}`);
			},
			listPods: async (namespace) => {
				this.lists++;
				if (this.failLists) throw new Error("the API server does not answer");
				// Each list has objects of its own.
				return structuredClone([...this.pods.values()].filter(({ metadata }) => metadata.namespace === namespace));
			},
			listNodes: async () => [],
			namespaceExists: async (name) => this.namespaces.has(name),
			nodeExists: async () => false,
			observed: (_where, node, { id }): Observed =>
				this.dead.has(node) ? "unknown" : (this.held.get(node)?.get(id) ?? "absent"),
			announce: (_experiment, announcements) => this.announced.push(...announcements),
		};
	}

	change(edit: (metadata: Experiment["metadata"]) => Experiment["metadata"]): void {
		if (this.experiment) this.#store({ ...this.experiment, metadata: edit(this.experiment.metadata) });
	}

	#heldOn(node: string): Map<string, InjectionState> {
		const held = this.held.get(node) ?? new Map<string, InjectionState>();
		this.held.set(node, held);
		return held;
	}

	#mayWrite({ metadata }: Experiment): void {
		this.beforeWrite();
		const version = this.experiment?.metadata.resourceVersion;
		if (!isDeepStrictEqual(metadata.resourceVersion, version)) throw new Conflict("the object has changed");
	}

	#store(changed: Experiment): Experiment {
		const resourceVersion = String(Number(changed.metadata.resourceVersion) + 1);
		this.experiment = { ...changed, metadata: { ...changed.metadata, resourceVersion } };
		return structuredClone(this.experiment);
	}
}

/** Two pods, on two nodes. */
export const two = () => [pod("a"), pod("b", { spec: { nodeName: "node-2" } })];
/** Id of the fault on a pod of the tests. */
export const idOf = (name: string, key = ".") => injectionId("uid-cut", key, `uid-${name}`);

/** A world with the fault in place on pods a and b. */
export async function injected(pods = two()): Promise<TestWorld> {
	const world = new TestWorld(pods);
	await world.settle();
	expect(world.condition("AllInjected")?.status).toBe("True");
	world.announced.length = 0;
	return world;
}
