import { formatDuration } from "../../../api/duration.ts";
import { ownGroup, scopeLabel, version } from "../../../api/names.ts";
import { type OwnProbe, ownProbe } from "../../../api/own-probe.ts";
import { ApiError, type Cluster } from "../../cluster/cluster.ts";
import { type Context, connect, limits, title } from "../context.ts";
import { explain, LifecycleError, letGo } from "../failure.ts";
import { deleteOurs, requestDelete, untilGone } from "../owned-objects.ts";
import { type ProbeInputs, type ProbeState, placeOfProbe } from "./state.ts";

/** Deletes the Probe and waits until it is gone. What is gone already is a success. */
export function deleteProbe(context: Context, state: ProbeState): Promise<void> {
	return context.interrupts.during(async (signal) => {
		const cluster = connect(context, state.cluster);
		const bounds = limits(context, state.waitTimeout, signal);
		try {
			const uid = await deleteOurs(cluster.probes, placeOfProbe(state), state);
			if (uid === undefined) return;
			if (await untilGone(cluster.probes, placeOfProbe(state), uid, bounds)) return;
			throw new LifecycleError(
				`${title(state)} is not gone from the cluster ${cluster.where} after ${formatDuration(bounds.timeoutMs)}; see what holds it ` +
					`with "kubectl -n ${state.namespace} get ${ownProbe.plural}.${ownGroup} ${state.name} -o yaml" (finalizers)`,
			);
		} catch (error) {
			throw explain(error, cluster, { ...attempt(`delete ${title(state)}`, state), ifGone: letGo });
		}
	});
}

/** Deletes the object of an interrupted create without waiting. */
export async function takeBackProbe(cluster: Cluster, inputs: ProbeInputs): Promise<void> {
	try {
		await deleteOurs(cluster.probes, placeOfProbe(inputs), inputs);
	} catch (error) {
		throw explain(error, cluster, attempt(`take back ${title(inputs)}`, inputs));
	}
}

/**
 * Deletes what a killed `up` of a stack may have left. Where this user may not list Probes, none of that stack was made by them.
 *
 * @param scope - id of the stack's Scope
 */
export async function deleteProbesOf(cluster: Cluster, scope: string): Promise<void> {
	const left = await cluster.probes.labelled(`${scopeLabel}=${scope}`).catch(unlessForbidden);
	for (const probe of left) await requestDelete(cluster.probes, placeOfProbe(probe.metadata), probe);
}

function unlessForbidden(error: unknown): OwnProbe[] {
	if (!(error instanceof ApiError) || error.status !== 403) throw error;
	return [];
}

/** What was being done to a Probe, for explanations. */
export function attempt(doing: string, { namespace }: Pick<ProbeInputs, "namespace">) {
	return { doing, namespace, of: `${ownGroup}/${version}` };
}
