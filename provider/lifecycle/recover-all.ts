import type { Experiment } from "../../api/experiment.ts";
import { scopeLabel } from "../../api/names.ts";
import { ApiError, type Cluster } from "../cluster/cluster.ts";
import { untilAdmitting } from "./admission.ts";
import { type Context, connect, limits } from "./context.ts";
import { explain, LifecycleError, letGo, PartialFailure } from "./failure.ts";
import { requestDelete } from "./owned-objects.ts";
import { deleteProbesOf } from "./probe/remove.ts";
import { notRecovered, RecoveryPatience } from "./remove.ts";
import type { DrainInputs, ScopeInputs } from "./state.ts";
import { type Limits, until } from "./until.ts";

/** What the engine calls a Drain by. */
export const drainId = "drain";

/** Talks to the cluster once: a reference that leads nowhere must not get into the state, since it could not be deleted. */
export async function createMarker(context: Context, inputs: ScopeInputs | DrainInputs): Promise<void> {
	const cluster = connect(context, inputs.cluster);
	try {
		await cluster.plurals();
	} catch (error) {
		throw explain(error, cluster, { doing: "look for the kinds of experiment" });
	}
}

/**
 * As {@link createMarker}, and waits until experiments can be made, when they can at all: what depends on an installation must not
 * meet one that is half there. Given up, the Drain is in the state nevertheless, for there may be experiments from before.
 */
export async function createDrain(context: Context, inputs: DrainInputs): Promise<void> {
	await createMarker(context, inputs);
	const cluster = connect(context, inputs.cluster);
	await context.interrupts.during(async (signal) => {
		try {
			await untilAdmitting(cluster, limits(context, inputs.timeout, signal));
		} catch (thrown) {
			const error = explain(thrown, cluster, { doing: "make experiments yet" });
			throw new PartialFailure(error.message, drainId, inputs);
		}
	});
}

/**
 * Recovers all experiments of a stack, known to its state or not, and deletes its Probes. Kinds that the user may not list are passed over, and said:
 * whoever made an experiment of a kind could list it, and what is in the state was recovered before.
 */
export function deleteScope(context: Context, state: ScopeInputs): Promise<void> {
	return recoverAll(context, state, `${scopeLabel}=${state.scope}`);
}

/** Recovers all experiments in the cluster, whoever made them. */
export function deleteDrain(context: Context, state: DrainInputs): Promise<void> {
	return recoverAll(context, state);
}

/**
 * Deletes what carries the labels, of every kind that the cluster serves, also what is made while we wait, and waits until there
 * is nothing left. The cluster is asked for its kinds, so that the state of an older version recovers newer kinds too.
 */
function recoverAll(context: Context, state: ScopeInputs | DrainInputs, labels?: string): Promise<void> {
	return context.interrupts.during(async (signal) => {
		const cluster = connect(context, state.cluster);
		const bounds = limits(context, state.timeout, signal);
		try {
			const plurals = await cluster.plurals();
			const forbidden: string[] = [];
			const passOver = state.kind === "Scope" ? (plural: string) => forbidden.push(plural) : undefined;
			const left = (
				await Promise.all(plurals.map((plural) => recoverKind(context, cluster, plural, labels, bounds, passOver)))
			).flat();
			if (forbidden.length > 0) context.say(passedOver(cluster, forbidden));
			if (left.length > 0) throw new LifecycleError(notRecovered(cluster, left, bounds.timeoutMs));
			if (state.kind === "Scope") await deleteProbesOf(cluster, state.scope);
		} catch (error) {
			const whose = state.kind === "Scope" ? "this stack" : "the cluster";
			throw explain(error, cluster, {
				doing: `recover the experiments of ${whose} (their faults may still be in place)`,
				ifGone: letGo,
			});
		}
	});
}

function passedOver({ where }: Cluster, plurals: readonly string[]): string {
	return (
		`not looked for in the cluster ${where}: ${plurals.toSorted().join(", ")}, which this user may not list; should a killed ` +
		'"pulumi up" of this stack have left one, it ends after its duration'
	);
}

/**
 * What is left of one kind when patience or time is over; empty when all is recovered.
 *
 * @param passOver - told of a kind that may not be listed, which then counts as recovered; absent: that is an error. What was
 * found and may not be deleted is always one.
 */
async function recoverKind(
	context: Context,
	cluster: Cluster,
	plural: string,
	labels: string | undefined,
	bounds: Limits,
	passOver?: (plural: string) => void,
): Promise<Experiment[]> {
	const asked = new Set<string>();
	const patience = new RecoveryPatience(context.patience.unrecoverableMs);
	const query = { plural, ...(labels !== undefined && { labels }) };
	try {
		const left = await until(cluster, query, bounds, async (objects, waitedMs) => {
			if (objects.length === 0) return [];
			const fresh = objects.filter((object) => !asked.has(object.metadata.uid));
			for (const object of fresh) asked.add(object.metadata.uid);
			await Promise.all(fresh.map((object) => requestDelete(cluster, { plural, ...placeOfObject(object) }, object)));
			const given = objects.map((object) => patience.isOver(object, waitedMs));
			return given.every(Boolean) || waitedMs >= bounds.timeoutMs ? objects : undefined;
		});
		return left ?? [];
	} catch (error) {
		const unlisted = asked.size === 0 && error instanceof ApiError && error.status === 403;
		if (!passOver || !unlisted) throw error;
		passOver(plural);
		return [];
	}
}

function placeOfObject({ metadata: { namespace, name } }: Experiment): { namespace: string; name: string } {
	return { namespace, name };
}
