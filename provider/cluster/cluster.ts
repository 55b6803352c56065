import type { Experiment } from "../../api/experiment.ts";
import type { GuardRailsObject } from "../../guard-rails/object.ts";
import type { ProbeObjects } from "./probe-objects.ts";
import type { Surroundings } from "./surroundings.ts";

/** Which experiments to look at: one by name, or all that carry labels. */
export interface Query {
	/** Name of the kind in the API's paths, such as `networkchaos`. */
	plural: string;
	/** Absent: all namespaces. */
	namespace?: string;
	/** Absent: all names. */
	name?: string;
	/** In the syntax of `kubectl -l`; absent: any labels. */
	labels?: string;
}

/** One experiment by its place. */
export interface Place {
	plural: string;
	namespace: string;
	name: string;
}

/** What is sent to make an experiment. */
export interface NewExperiment {
	apiVersion: string;
	kind: string;
	metadata: {
		name: string;
		namespace: string;
		labels: Record<string, string>;
		annotations: Record<string, string>;
	};
	spec: Record<string, unknown>;
}

/** Labels and annotations to set; null takes one away. */
export interface MetadataPatch {
	labels?: Record<string, string | null>;
	annotations?: Record<string, string | null>;
	/** The version that is patched: another one is refused with 409. Absent: any. */
	resourceVersion?: string;
}

/**
 * All that the lifecycle asks of a cluster: the seam at which tests put a fake. Every method rejects with {@link ApiError}
 * and with nothing else.
 */
export interface Cluster {
	/** Server and origin, for messages: `https://10.0.0.1:6443 (context "dev" of /home/me/.kube/config)`. */
	readonly where: string;
	/** Pods, nodes and what else experiments meet there. */
	readonly surroundings: Surroundings;
	/** The Probes in it. */
	readonly probes: ProbeObjects;
	/** Plurals of the kinds of experiment that the cluster serves; empty when the CRDs are not installed. */
	plurals(): Promise<string[]>;
	/** Undefined when there is none, also when its namespace or the CRD is missing. */
	get(place: Place): Promise<Experiment | undefined>;
	create(plural: string, experiment: NewExperiment): Promise<Experiment>;
	/** As `create`, but nothing is kept: what the API server would say to it. */
	tryCreate(plural: string, experiment: NewExperiment): Promise<Experiment>;
	patch(place: Place, metadata: MetadataPatch): Promise<Experiment>;
	/** Deletes if the object still has this uid; resolves when that was asked for, not when it is gone. */
	delete(place: Place, uid: string): Promise<void>;
	/** The guard rails of the cluster; none where it does not know of them. */
	guardRails(): Promise<GuardRailsObject[]>;
	/**
	 * What the query finds, once at the start and again after every change, for as long as it is iterated. Disconnects are
	 * bridged. A kind that is not installed has no objects.
	 */
	follow(query: Query, signal: AbortSignal): AsyncIterable<Experiment[]>;
}

/** A request that the API server refused, or that did not reach it (`status` 0). */
export class ApiError extends Error {
	override readonly name = "ApiError";
	/** HTTP status; 0 when there was no answer. */
	readonly status: number;
	/** What the answer is about, when it says so: `{ kind: "namespaces", name: "shop" }`. */
	readonly about: { kind?: string; name?: string };

	constructor(status: number, message: string, about: { kind?: string; name?: string } = {}) {
		super(message);
		this.status = status;
		this.about = about;
	}
}
