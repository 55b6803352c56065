import type { ClusterInjector } from "../api/cluster-injector.ts";
import type { ExperimentSpec } from "../api/experiment.ts";
import type { Injector } from "../api/injector.ts";
import type { FaultKind } from "../api/kind.ts";
import type { NamedHost, Plan } from "../api/plan.ts";
import type { Reference } from "../api/reference.ts";
import { dnsChaos } from "./dns/spec.ts";
import { httpChaos } from "./http/spec.ts";
import { ioChaos } from "./io/spec.ts";
import { networkChaos } from "./network/spec.ts";
import { podChaos } from "./pod/spec.ts";
import { stressChaos } from "./stress/spec.ts";
import { timeChaos } from "./time/spec.ts";

/**
 * One kind of fault. Planning and injecting are loaded when first used: the Pulumi side needs neither, the controller does not
 * inject on nodes, the daemon does not plan.
 */
export interface Fault {
	kind: FaultKind;
	plan(): Promise<Plan<ExperimentSpec, unknown>>;
	/** The names in a spec that stand for addresses which its plan needs; absent: none. */
	hosts?(): Promise<(spec: ExperimentSpec) => NamedHost[]>;
	/** What nodes do; absent: nothing. */
	injector?(): Promise<Injector<unknown, unknown>>;
	/**
	 * An instruction for each variant that nodes do, by its name (empty for a kind without variants): a node says by them what it can do
	 * before anybody asks it to.
	 */
	samples?(): Promise<Readonly<Record<string, unknown>>>;
	/** What the controller does through the API server; absent: nothing. */
	clusterInjector?(): Promise<ClusterInjector<unknown>>;
	/** What its page in docs/faults says besides the schema. */
	reference(): Promise<Reference>;
}

/** All kinds of fault, by kind. */
export const faults: Readonly<Record<string, Fault>> = {
	PodChaos: {
		kind: podChaos,
		plan: async () => (await import("./pod/plan.ts")).planPod as unknown as Plan<ExperimentSpec, unknown>,
		injector: async () => (await import("./pod/inject.ts")).containerKiller as Injector<unknown, unknown>,
		samples: async () => (await import("./pod/samples.ts")).samples,
		clusterInjector: async () => (await import("./pod/cluster.ts")).podClusterInjector as ClusterInjector<unknown>,
		reference: async () => (await import("./pod/reference.ts")).reference,
	},
	NetworkChaos: {
		kind: networkChaos,
		plan: async () => (await import("./network/plan.ts")).planNetwork as unknown as Plan<ExperimentSpec, unknown>,
		hosts: async () =>
			(await import("./network/external-target.ts")).namedHosts as (spec: ExperimentSpec) => NamedHost[],
		injector: async () => (await import("./network/inject.ts")).networkInjector as Injector<unknown, unknown>,
		samples: async () => (await import("./network/samples.ts")).samples,
		reference: async () => (await import("./network/reference.ts")).reference,
	},
	StressChaos: {
		kind: stressChaos,
		plan: async () => (await import("./stress/plan.ts")).planStress as unknown as Plan<ExperimentSpec, unknown>,
		injector: async () => (await import("./stress/inject.ts")).stressInjector as Injector<unknown, unknown>,
		samples: async () => (await import("./stress/samples.ts")).samples,
		reference: async () => (await import("./stress/reference.ts")).reference,
	},
	TimeChaos: {
		kind: timeChaos,
		plan: async () => (await import("./time/plan.ts")).planTime as unknown as Plan<ExperimentSpec, unknown>,
		injector: async () => (await import("./time/inject.ts")).timeInjector as Injector<unknown, unknown>,
		samples: async () => (await import("./time/samples.ts")).samples,
		reference: async () => (await import("./time/reference.ts")).reference,
	},
};

/** Kinds whose shape is known and that nothing injects yet: each moves up with its plan and injector. */
export const pendingFaults: Readonly<Record<string, FaultKind>> = {
	IOChaos: ioChaos,
	DNSChaos: dnsChaos,
	HTTPChaos: httpChaos,
};
