import type { ExperimentSpec } from "./experiment.ts";

/** A pod that was chosen as a target, with what planning needs of it. */
export interface ChosenPod {
	namespace: string;
	name: string;
	uid: string;
	node: string;
	/** All pod addresses, IPv4 and IPv6. */
	ips: string[];
	hostNetwork: boolean;
	/** Names and runtime ids (`containerd://...`) of the containers that run. */
	containers: { name: string; id: string }[];
	/** The one that is hit, for kinds whose targets are containers; a pod stands once for each. */
	container?: string;
}

/** Chosen pods by selector key: `.` for the main selector, `.Target` for the other side. */
export type Chosen = Readonly<Record<string, readonly ChosenPod[]>>;

/** What to do on one target. */
export interface PlannedTarget<Instruction> {
	pod: ChosenPod;
	selectorKey: string;
	instruction: Instruction;
}

/** A target that this kind can't hit, or not without harm to others. It gets nothing; the other targets are hit all the same. */
export interface RefusedTarget {
	pod: ChosenPod;
	selectorKey: string;
	/** What stands in the way and what to do, as a sentence. */
	refused: string;
}

/** A name in a spec whose addresses have to be looked up before anything can be planned. */
export interface NamedHost {
	/** Where it stands in the spec: `externalTargets[0]`. */
	path: string;
	/** What stands there. */
	text: string;
	/** The name in it, in lower case. */
	name: string;
	/** The port that alone is meant. */
	port?: number;
}

/**
 * What names in a spec stand for, by the text that stands there: addresses, each with a port where only that is meant
 * (`10.0.0.1:80`, `[fd00::1]:80`). More than one port may come of one: that of a Service, and that of the pods behind it.
 */
export type Addresses = Readonly<Record<string, readonly string[]>>;

/**
 * A kind's planning: experiment, chosen targets and the addresses of what the spec names in, one instruction (or why there is none)
 * a target out. Pure.
 *
 * `spared`: pods on their node's network may be hit, but packets to and from these addresses must pass there, and nothing on a node
 * that has one of them; absent: such pods may not be hit.
 */
export type Plan<Spec extends ExperimentSpec, Instruction> = (
	spec: Spec,
	chosen: Chosen,
	addresses: Addresses,
	spared?: readonly string[],
) => (PlannedTarget<Instruction> | RefusedTarget)[];
