import { EventEmitter, on } from "node:events";
import type { Experiment } from "../../api/experiment.ts";
import { finalizer } from "../../api/names.ts";
import type { Status } from "../../api/status.ts";
import type { GuardRailsObject } from "../../guard-rails/object.ts";
import {
	ApiError,
	type Cluster,
	type MetadataPatch,
	type NewExperiment,
	type Place,
	type Query,
} from "../../provider/cluster/cluster.ts";
import { FakeProbes } from "./fake-probes.ts";
import { FakeSurroundings } from "./fake-surroundings.ts";

/** A cluster in memory: keeps objects, holds those with a finalizer until {@link FakeCluster.letGo}, tells followers. */
export class FakeCluster implements Cluster {
	readonly where = 'https://10.0.0.1:6443 (context "dev" of /home/me/.kube/config)';
	readonly surroundings = new FakeSurroundings();
	readonly objects = new Map<string, Experiment>();
	/** What is asked for is appended: `create networkchaos default/cut`. */
	readonly requests: string[] = [];
	/** Set to make requests whose text starts with the key fail. */
	readonly failures = new Map<string, ApiError>();
	/** The guard rails in it. */
	rails: GuardRailsObject[] = [];
	/** Called after each creation and patch, as a controller would be. */
	reconcile: (experiment: Experiment) => void = () => {};
	/** Whether deleted objects are let go at once. */
	recovers = true;
	readonly changes = new EventEmitter().setMaxListeners(100);
	readonly probes = new FakeProbes((request) => this.ask(request), this.changes);
	private uids = 0;

	async plurals(): Promise<string[]> {
		this.ask("plurals");
		return ["networkchaos"];
	}

	async get(place: Place): Promise<Experiment | undefined> {
		this.ask(`get ${place.plural} ${place.namespace}/${place.name}`);
		return this.objects.get(`${place.namespace}/${place.name}`);
	}

	async create(plural: string, made: NewExperiment): Promise<Experiment> {
		const key = `${made.metadata.namespace}/${made.metadata.name}`;
		this.ask(`create ${plural} ${key}`);
		if (this.objects.has(key))
			throw new ApiError(409, `networkchaos.chaos-mesh.org "${made.metadata.name}" already exists`);
		return this.add(made);
	}

	async tryCreate(plural: string, made: NewExperiment): Promise<Experiment> {
		this.ask(`try ${plural} ${made.metadata.namespace}/${made.metadata.name}`);
		return structuredClone(made) as Experiment;
	}

	async patch(
		{ plural, namespace, name }: Place,
		{ labels, annotations, resourceVersion }: MetadataPatch,
	): Promise<Experiment> {
		this.ask(`patch ${plural} ${namespace}/${name}`);
		const object = this.object(`${namespace}/${name}`);
		if (resourceVersion !== undefined && resourceVersion !== object.metadata.resourceVersion) {
			throw new ApiError(409, "the object has been modified; please apply your changes to the latest version");
		}
		object.metadata.labels = merged(object.metadata.labels, labels);
		object.metadata.annotations = merged(object.metadata.annotations, annotations);
		this.reconcile(object);
		this.changes.emit("change");
		return structuredClone(object);
	}

	async delete({ plural, namespace, name }: Place, uid: string): Promise<void> {
		const key = `${namespace}/${name}`;
		this.ask(`delete ${plural} ${key}`);
		const object = this.objects.get(key);
		if (!object) throw new ApiError(404, "not found");
		if (object.metadata.uid !== uid) throw new ApiError(409, "the UID in the precondition does not match");
		object.metadata.deletionTimestamp = "2026-01-01T00:00:00Z";
		if (this.recovers) this.letGo(key);
		this.changes.emit("change");
	}

	async guardRails(): Promise<GuardRailsObject[]> {
		this.ask("guard rails");
		return this.rails;
	}

	async *follow(query: Query, signal: AbortSignal): AsyncGenerator<Experiment[]> {
		this.ask(`follow ${query.plural} ${query.namespace ?? "*"}/${query.name ?? "*"} ${query.labels ?? ""}`.trim());
		const changes = on(this.changes, "change", { signal });
		yield this.select(query);
		try {
			for await (const _ of changes) yield this.select(query);
		} catch (error) {
			if (!signal.aborted) throw error;
		}
	}

	/** Puts an object there as if somebody else had made it. */
	add(made: Omit<NewExperiment, "metadata"> & { metadata: Partial<Experiment["metadata"]> }): Experiment {
		const { name = "x", namespace = "default" } = made.metadata;
		const object = {
			...made,
			metadata: {
				creationTimestamp: "2026-01-01T00:00:00Z",
				finalizers: [finalizer],
				uid: `uid-${++this.uids}`,
				...made.metadata,
				name,
				namespace,
			},
		} as Experiment;
		this.objects.set(`${namespace}/${name}`, object);
		this.reconcile(object);
		this.changes.emit("change");
		return object;
	}

	/** Lets a deleted object go, as the controller does when all is recovered. */
	letGo(key: string): void {
		this.objects.delete(key);
		this.changes.emit("change");
	}

	/** Writes a status, as the controller does. */
	setStatus(key: string, status: Status): void {
		this.object(key).status = status;
		this.changes.emit("change");
	}

	private object(key: string): Experiment {
		const object = this.objects.get(key);
		if (!object) throw new ApiError(404, `there is no ${key}`);
		return object;
	}

	private ask(request: string): void {
		this.requests.push(request);
		for (const [start, failure] of this.failures) if (request.startsWith(start)) throw failure;
	}

	/** What a query finds. */
	select({ namespace, name, labels }: Query): Experiment[] {
		const [label = "", value] = labels?.split("=") ?? [];
		return [...this.objects.values()]
			.filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace)
			.filter(({ metadata }) => name === undefined || metadata.name === name)
			.filter(({ metadata }) => labels === undefined || metadata.labels?.[label] === value)
			.map((object) => structuredClone(object));
	}
}

function merged(
	before: Record<string, string> = {},
	patch: Record<string, string | null> = {},
): Record<string, string> {
	const after = Object.entries({ ...before, ...patch });
	return Object.fromEntries(after.filter((entry): entry is [string, string] => entry[1] !== null));
}
