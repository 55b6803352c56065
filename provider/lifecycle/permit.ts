import type { Cluster } from "../cluster/cluster.ts";
import type { Context } from "./context.ts";
import { allowedAfterLooking, allowedTargets } from "./preview.ts";
import { requireEnvironment } from "./rails.ts";
import type { ExperimentInputs } from "./state.ts";

/**
 * Leave to make an experiment: the pods that alone it may hit (`namespace/name`); undefined: whoever is chosen. Rejects when it
 * may not be made. However often it is asked for, that is looked up once, when it is first needed: what is there is deleted and
 * made anew by one answer.
 */
export type Permit = () => Promise<readonly string[] | undefined>;

/** Of an experiment that is created. */
export function permitOf(cluster: Cluster, inputs: ExperimentInputs): Permit {
	return once(() => allowedTargets(cluster, inputs));
}

/**
 * Of one that is in the state already, and turns out to have to be made anew, or to choose its targets yet. What `up` has asked
 * before it was created is asked again: it may be long ago, and the cluster another one by now.
 */
export function permitAnew(context: Context, cluster: Cluster, inputs: ExperimentInputs): Permit {
	return once(async () => {
		if (inputs.environment !== undefined) await requireEnvironment(cluster, inputs.environment);
		return await allowedAfterLooking(context, cluster, inputs);
	});
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
	let asked: Promise<T> | undefined;
	return () => {
		asked ??= ask();
		return asked;
	};
}
