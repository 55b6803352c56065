import type { Experiment } from "../api/experiment.ts";
import { apiVersion, systemLabel } from "../api/names.ts";
import { step } from "../api/step.ts";
import { faults } from "../faults/registry.ts";
import type { Pod } from "../selection/pod.ts";
import { type ApiServer, isStatus, orNothing } from "./api-server.ts";
import type { ClusterSide } from "./cluster-side.ts";
import type { Daemons } from "./daemons.ts";
import type { EmergencyStops } from "./emergency-stops.ts";
import type { Events } from "./events.ts";
import { keyOf } from "./experiment-index.ts";
import type { GuardRails } from "./guard-rails.ts";
import type { Hosts } from "./hosts/hosts.ts";
import { addressesOf } from "./hosts/learn.ts";
import { listNodes, listPods } from "./listing.ts";
import { packed, unpacked } from "./packing.ts";
import type { Reflector } from "./reflector.ts";
import { slimPod } from "./slim-pod.ts";
import { Conflict, type ExperimentRef, type World } from "./world.ts";

/** What the real world is made of. */
export interface KubeWorldOptions {
	server: Pick<ApiServer, "get" | "put" | "patch">;
	pods: Pick<Reflector<Pod>, "get" | "all">;
	daemons: Pick<Daemons, "observed">;
	clusterSide: Pick<ClusterSide, "observed">;
	events: Pick<Events, "write">;
	stops: Pick<EmergencyStops, "inForce">;
	rails: Pick<GuardRails, "inForce">;
	hosts: Pick<Hosts, "ask">;
	defaultDurationMs: number;
	/** Pods on their node's network may be hit. */
	allowHostNetwork: boolean;
}

/** The API server, for who is in the cluster. */
const apiServerHost = { path: "", text: "", name: "kubernetes.default.svc" };

/** The world as API server, caches and daemons have it. */
export function kubeWorld(options: KubeWorldOptions): World {
	const { server, pods, daemons, clusterSide, events, stops, rails, hosts, defaultDurationMs, allowHostNetwork } =
		options;
	return {
		now: () => Date.now(),
		defaultDurationMs,
		get emergencyStop() {
			return stops.inForce;
		},
		get guardRails() {
			return rails.inForce;
		},
		kind: (name) => faultOf(name).kind,
		plan: async (experiment, chosen, addresses, spared) =>
			(await faultOf(experiment.kind).plan())(experiment.spec, chosen, addresses, spared),
		spared: async (experiment) => {
			// Kinds that aim at no address hit no network.
			if (!allowHostNetwork || !faultOf(experiment.kind).hosts) return undefined;
			const { addresses, problem } = await hosts.ask(keyOf(experiment), apiServerHost, []);
			if (addresses.length === 0) throw new Error(`the addresses of the API server can't be looked up: ${problem}`);
			const system = [...pods.all()].filter(({ metadata }) => metadata.labels?.[systemLabel] !== undefined);
			return [...addresses, ...system.flatMap(({ status }) => (status.podIPs ?? []).map(({ ip }) => ip))].sort();
		},
		hosts: async (experiment) => {
			const named = (await faultOf(experiment.kind).hosts?.())?.(experiment.spec) ?? [];
			const last = addressesOf(experiment.status?.hosts);
			return Promise.all(named.map((host) => hosts.ask(keyOf(experiment), host, last[host.text] ?? [])));
		},
		readExperiment: async (ref) => {
			const experiment = await orNothing(server.get<Experiment>(experimentPath(ref)));
			return experiment && unpacked(experiment);
		},
		writeStatus: (experiment) => writeStatus(server, experiment),
		writeFinalizers: (experiment, finalizers) => {
			const { resourceVersion } = experiment.metadata;
			const body = { metadata: { resourceVersion, finalizers } };
			const write = () => server.patch<Experiment>(experimentPath(refOf(experiment)), body);
			return finalizersWritten(step("finalizers-write", write));
		},
		cachedPod: (namespace, name) => pods.get(namespace, name),
		cachedPods: () => pods.all(),
		readPod: async (namespace, name) => {
			const pod = await orNothing(server.get<Pod>(`/api/v1/namespaces/${namespace}/pods/${name}`));
			return pod && slimPod(pod);
		},
		listPods: (namespace, selector) => listPods(server, namespace, selector),
		listNodes: (labels) => listNodes(server, labels),
		namespaceExists: async (name) => (await orNothing(server.get(`/api/v1/namespaces/${name}`))) !== undefined,
		nodeExists: async (name) => (await orNothing(server.get(`/api/v1/nodes/${name}`))) !== undefined,
		observed: (where, node, item) => (where === "node" ? daemons.observed(node, item.id) : clusterSide.observed(item)),
		announce: (experiment, announcements) => events.write(experiment, announcements),
	};
}

/** Path of all experiments of a kind, in all namespaces. */
export function experimentsPath(kind: string): string {
	return `/apis/${apiVersion}/${faultOf(kind).kind.plural}`;
}

/** Where an experiment is. */
export function refOf({ kind, metadata }: Experiment): ExperimentRef {
	return { kind, namespace: metadata.namespace, name: metadata.name };
}

function experimentPath({ kind, namespace, name }: ExperimentRef): string {
	return `/apis/${apiVersion}/namespaces/${namespace}/${faultOf(kind).kind.plural}/${name}`;
}

function faultOf(kind: string): (typeof faults)[string] {
	const fault = faults[kind];
	if (!fault) throw new Error(`there is no kind of fault ${JSON.stringify(kind)}`);
	return fault;
}

async function writeStatus(server: Pick<ApiServer, "put">, experiment: Experiment): Promise<Experiment> {
	const body = packed(experiment);
	try {
		const write = () => server.put<Experiment>(`${experimentPath(refOf(experiment))}/status`, body);
		const written = await step("status-write", write);
		// An API server drops what its CRD does not know; a target without its pod could never be recovered.
		if (written.status?.experiment.packed !== body.status?.experiment.packed)
			throw new Error("the status was not kept whole; is the CRD of this version of pulumi-chaos?");
		return unpacked(written);
	} catch (error) {
		if (isStatus(error, 409)) throw new Conflict("the object has changed", { cause: error });
		// The object is gone, which the next look finds; or its CRD is Chaos Mesh's own, which has no such subresource.
		if (isStatus(error, 404))
			throw new Error("no status to write; is the CRD the one of pulumi-chaos?", { cause: error });
		throw error;
	}
}

/** Changed or deleted since it was read: either way the next look tells. */
async function finalizersWritten<T>(answer: Promise<T>): Promise<T> {
	try {
		return await answer;
	} catch (error) {
		if (isStatus(error, 409) || isStatus(error, 404)) throw new Conflict("the object has changed", { cause: error });
		throw error;
	}
}
