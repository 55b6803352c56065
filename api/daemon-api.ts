import type { NodeTarget } from "./injector.ts";
import type { Ability } from "./node-report.ts";

/** Port of the daemon's API (HTTPS, HTTP/2 only). */
export const daemonPort = 31767;
/** Port of the daemon's health endpoints (`GET /healthz` and `/livez`, plain HTTP, for the kubelet's probes). */
export const daemonHealthPort = 31766;
/** Name that the daemon's certificate carries (DNS SAN) and the controller asks for. */
export const daemonServerName = "daemon.pulumi-chaos";
/** Name that the controller's client certificate carries (DNS SAN); the daemon refuses any other. */
export const controllerClientName = "controller.pulumi-chaos";

/**
 * Seconds for which nodes may be told to keep faults without another word. Not fewer than it takes until a leader that dies has a
 * successor, which is 16, or faults would come and go.
 */
export const leaseSeconds = { least: 20, usual: 60, most: 3600 } as const;

/** Paths of the API; bodies are JSON. */
export const daemonPaths = {
	/** POST InjectRequest -> BatchResponse. */
	inject: "/v1/inject",
	/** POST RecoverRequest -> BatchResponse. */
	recover: "/v1/recover",
	/** POST `{}` -> AbilitiesResponse: what the node can do, and what is missing for the rest. Changes nothing. */
	abilities: "/v1/abilities",
	/** POST LeaseRequest -> `{}`: all faults of the node may stay for a while longer. */
	lease: "/v1/lease",
	/**
	 * GET -> newline-delimited InjectionState: at once one for each injection that the node holds and a line `{"synced":true}`,
	 * then one for each change that the daemon notices, and an empty line at least every 10 s as a sign of life.
	 */
	watch: "/v1/watch",
} as const;

/** One fault to put on one target. `id` is the same for the same experiment and target, so repeating is no change. */
export interface InjectItem {
	id: string;
	/** Uid of the experiment. */
	experiment: string;
	/** Kind of the fault, such as `NetworkChaos`. */
	kind: string;
	target: NodeTarget;
	/** The kind's own; see `faults/<kind>/plan.ts`. */
	instruction: unknown;
	/** Milliseconds from now after which the node takes the fault out by itself. */
	expiresInMs: number;
}

/** What every call that changes something says of who makes it. */
export interface LeaderRequest {
	/**
	 * Epoch of the controller that leads: greater than that of every one that has led before. A node that has heard of a later one
	 * answers 409 with it.
	 */
	epoch: number;
}

/** How long the node may keep all of its faults without another word from the controllers; then it takes them out by itself. */
export interface LeaseRequest extends LeaderRequest {
	/** Milliseconds from now, in place of what was left. */
	leaseMs: number;
}

/** A batch for one node; renews its lease as well, so that no fault is ever without one. */
export interface InjectRequest extends LeaseRequest {
	items: InjectItem[];
}

/** A batch for one node; ids that the node does not hold count as recovered. */
export interface RecoverRequest extends LeaderRequest {
	ids: string[];
}

/**
 * How one item of a batch ended, or where one injection stands: `injected` (seen in place on the target), `recovered` (nothing
 * left), `lost` (was in place, is gone, nobody asked), `target gone`, `lease expired` (the node has taken it out, because the
 * controllers were silent; told until it is injected or recovered), `failed` (see `message`; nothing or part is in place and
 * recover is still owed).
 */
export type InjectionStatus = "injected" | "recovered" | "lost" | "target gone" | "lease expired" | "failed";

/** Answer for one item, and line of the watch. */
export interface InjectionState {
	id: string;
	experiment: string;
	status: InjectionStatus;
	/** A sentence for people: what is wrong, or of what is `injected` what was measured on the target; absent: nothing to say. */
	message?: string;
}

/** One state for each item, in the order of the request. */
export interface BatchResponse {
	results: InjectionState[];
}

/** Every fault that nodes do, with whether this one can. */
export interface AbilitiesResponse {
	faults: Ability[];
}

/** Body of every answer that is not 200. */
export interface ErrorResponse {
	error: string;
	/** On 409: the epoch of the latest leader that the node has heard of. */
	epoch?: number;
}
