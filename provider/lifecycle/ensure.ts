import type { Experiment } from "../../api/experiment.ts";
import { apiVersion } from "../../api/names.ts";
import type { Cluster, NewExperiment } from "../cluster/cluster.ts";
import { kindOf, placeOf, title } from "./context.ts";
import { specEdits } from "./edits.ts";
import { LifecycleError } from "./failure.ts";
import { refuseForeign } from "./foreign.ts";
import { metadataPatch, newMetadata, withMarks } from "./metadata.ts";
import { hasMissed, holds, isNotPreviewed, records, standing } from "./observe.ts";
import { type Owner, obtain, untilGone } from "./owned-objects.ts";
import type { Permit } from "./permit.ts";
import type { ExperimentInputs } from "./state.ts";
import type { Limits } from "./until.ts";

/**
 * Looks at the cluster first, then creates the object, or adopts the one that is ours: what an interrupted `up` left behind, or
 * what the state already knows. What is somebody else's is refused.
 *
 * @param known what the state knows the object by
 * @param takesUp told of an object that is there already, and not in the state
 * @param permit asked before anything is made, or deleted to be made anew, and before targets are chosen of what is there
 */
export async function ensureObject(
	cluster: Cluster,
	inputs: ExperimentInputs,
	limits: Limits,
	{ known, permit, takesUp }: { known?: Owner; permit: Permit; takesUp?: (present: Experiment) => void },
): Promise<Experiment> {
	const place = placeOf(inputs);
	return await obtain(
		limits,
		() => cluster.get(place),
		async () => cluster.create(place.plural, toObject(inputs, await permit())),
		async (present) => {
			refuseForeign(present, inputs, place.plural, cluster, known);
			const fate = fateOf(present, inputs, known?.uid);
			if (fate !== "anew" && present.metadata.uid !== known?.uid) takesUp?.(present);
			if (fate === "stays") return await putMetadata(cluster, inputs, present);
			const allowed = await permit();
			if (fate === "chooses") return await putMetadata(cluster, inputs, present, allowed);
			await replaceRemains(cluster, inputs, present, limits);
			return undefined;
		},
	);
}

function toObject(inputs: ExperimentInputs, allowed: readonly string[] | undefined): NewExperiment {
	const { kind, name, namespace, spec } = inputs;
	return { apiVersion, kind, metadata: { name, namespace, ...newMetadata(inputs, allowed) }, spec };
}

/**
 * What `up` makes of an object that is there: it stays as it is, its targets are yet to be chosen, or another is made in its
 * place.
 */
export type Fate = "stays" | "chooses" | "anew";

/** @param known uid of the object in the state */
export function fateOf(present: Experiment, inputs: ExperimentInputs, known: string | undefined): Fate {
	if (!isUsable(present, inputs, known)) return "anew";
	const isOut = inputs.paused === true || standing(present) === "Finished";
	return isOut || inputs.follow === true || records(present).length > 0 ? "stays" : "chooses";
}

/** What is going, over, has lost a target for good, was edited, or is of an older program can't become what is wanted: a spec never changes. */
function isUsable(present: Experiment, inputs: ExperimentInputs, known: string | undefined): boolean {
	if (present.metadata.deletionTimestamp !== undefined) return false;
	if (specEdits(present, inputs).length > 0) return false;
	const stands = standing(present);
	// Targets are chosen once; only a new object chooses among the pods that have taken their place.
	const hasEnded = stands === "Finished" || stands === "Aborted";
	if (inputs.paused !== true && !hasEnded && holds(present, "TargetGone")) return false;
	// Nothing was injected; its probes are asked only once, and its time is over.
	if (inputs.paused !== true && (stands === "Not started" || hasMissed(present))) return false;
	// Nothing was injected either; new marks would not take back what the controller has said to the old ones.
	if (inputs.paused !== true && isNotPreviewed(present)) return false;
	return present.metadata.uid === known || !holds(present, "Expired");
}

async function replaceRemains(
	cluster: Cluster,
	inputs: ExperimentInputs,
	present: Experiment,
	limits: Limits,
): Promise<void> {
	const { uid, deletionTimestamp } = present.metadata;
	if (deletionTimestamp === undefined) await cluster.delete(placeOf(inputs), uid);
	if (await untilGone(cluster, placeOf(inputs), uid, limits)) return;
	throw new LifecycleError(
		`an older ${title(inputs)} of this resource is in the cluster ${cluster.where} and is not recovered yet; run "pulumi up" ` +
			`again later, or see what holds it with "kubectl -n ${inputs.namespace} describe ${kindOf(inputs).plural} ${inputs.name}"`,
	);
}

/**
 * Makes an object ours, and pauses or resumes it; asks for no more than what differs.
 *
 * @param allowed the pods that alone it may hit, when it is yet to choose them; default: as it was
 */
async function putMetadata(
	cluster: Cluster,
	inputs: ExperimentInputs,
	present: Experiment,
	allowed?: readonly string[],
): Promise<Experiment> {
	const patch = withMarks(metadataPatch(inputs, present), inputs, present, allowed);
	return patch.labels || patch.annotations ? await cluster.patch(placeOf(inputs), patch) : present;
}
