import { parseDuration } from "../../api/duration.ts";
import type { Kind } from "../../api/kind.ts";
import type { Problem } from "../../api/problem.ts";
import type { Cluster, Place } from "../cluster/cluster.ts";
import type { ClusterReference } from "../cluster/reference.ts";
import { kinds } from "../kinds.ts";
import { LifecycleError } from "./failure.ts";
import type { Interrupts } from "./interrupts.ts";
import type { Patience } from "./patience.ts";
import { defaultTimeout, type ExperimentInputs } from "./state.ts";
import type { Limits } from "./until.ts";

/** What the lifecycle works with; tests pass their own. */
export interface Context {
	/** The cluster behind a reference, or what is wrong with the reference. Does not talk to it. */
	find(reference: ClusterReference): { cluster: Cluster; server: string } | Problem;
	interrupts: Interrupts;
	patience: Patience;
	/** Shows the user a line next to the running operation. */
	say(sentence: string): void;
}

/** The cluster behind a stored reference; throws when it can't be found any more, for example on another machine. */
export function connect(context: Context, reference: ClusterReference | undefined): Cluster {
	const found = context.find(reference ?? {});
	if ("cluster" in found) return found.cluster;
	throw new LifecycleError(`${found.path}: ${found.message}`);
}

/** Bounds of one wait of a resource. */
export function limits(context: Context, timeout: string | undefined, signal: AbortSignal): Limits {
	const timeoutMs = parseDuration(timeout ?? defaultTimeout) ?? parseDuration(defaultTimeout) ?? 0;
	const { tickMs, noAnswerMs } = context.patience;
	return { timeoutMs, tickMs, noAnswerMs, signal };
}

/** The kind that a state names; throws when this version of the package does not know it. */
export function kindOf(inputs: { kind: string }): Kind {
	const kind = kinds[inputs.kind];
	if (kind) return kind;
	throw new LifecycleError(
		`this version of pulumi-chaos does not know the kind "${inputs.kind}"; install the version that made the resource, or a newer one`,
	);
}

/** Where the object of an experiment is. */
export function placeOf(inputs: ExperimentInputs): Place {
	return { plural: kindOf(inputs).plural, namespace: inputs.namespace, name: inputs.name };
}

/** What the engine calls the resource of an object by. */
export function idOf({ namespace, name }: Pick<ExperimentInputs, "namespace" | "name">): string {
	return `${namespace}/${name}`;
}

/** How messages call an experiment: `NetworkChaos "default/cut-1a2b3c4d"`. */
export function title({ kind, namespace, name }: Pick<ExperimentInputs, "kind" | "namespace" | "name">): string {
	return `${kind} "${namespace}/${name}"`;
}
