import { isDeepStrictEqual } from "node:util";
import { fillDefaults } from "../../api/defaults.ts";
import type { Experiment } from "../../api/experiment.ts";
import {
	apiVersion,
	ownerAnnotation,
	ownerTeamAnnotation,
	pauseAnnotation,
	reasonAnnotation,
	scopeLabel,
	seedAnnotation,
} from "../../api/names.ts";
import { quote } from "../../api/problem.ts";
import { ApiError, type Cluster, type MetadataPatch } from "../cluster/cluster.ts";
import { admitted } from "./admission.ts";
import { kindOf, placeOf, title } from "./context.ts";
import { LifecycleError } from "./failure.ts";
import { holds, observe } from "./observe.ts";
import { seedOf } from "./seed.ts";
import type { ExperimentInputs } from "./state.ts";
import { type Limits, until } from "./until.ts";

/**
 * Looks at the cluster first, then creates the object, or adopts the one that is ours: what an interrupted `up` left behind, or
 * what the state already knows. What is somebody else's is refused.
 *
 * @param known uid of the object in the state: that one is ours even when a renamed stack or parent changed the owner
 */
export async function ensureObject(
	cluster: Cluster,
	inputs: ExperimentInputs,
	limits: Limits,
	known?: string,
): Promise<Experiment> {
	const { plural } = placeOf(inputs);
	for (let attempts = 1; ; attempts++) {
		const present = await cluster.get(placeOf(inputs));
		if (present === undefined) {
			try {
				return await admitted(limits, () => cluster.create(plural, toObject(inputs)));
			} catch (error) {
				// Somebody was faster: look whose it is.
				if (error instanceof ApiError && error.status === 409 && attempts < 5) continue;
				throw error;
			}
		}
		if (present.metadata.uid !== known) refuseForeign(present, inputs, cluster);
		if (isUsable(present, inputs, known)) return await putMetadata(cluster, inputs, present);
		await replaceRemains(cluster, inputs, present, limits);
	}
}

function toObject(inputs: ExperimentInputs) {
	const { kind, name, namespace, owner, scope, ownerTeam, reason, paused, spec } = inputs;
	return {
		apiVersion,
		kind,
		metadata: {
			name,
			namespace,
			labels: { [scopeLabel]: scope },
			annotations: {
				[ownerAnnotation]: owner,
				...(ownerTeam !== undefined && { [ownerTeamAnnotation]: ownerTeam }),
				...(reason !== undefined && { [reasonAnnotation]: reason }),
				[seedAnnotation]: seedOf(inputs),
				...(paused === true && { [pauseAnnotation]: "true" }),
			},
		},
		spec,
	};
}

function refuseForeign(present: Experiment, inputs: ExperimentInputs, cluster: Cluster): void {
	const owner = present.metadata.annotations?.[ownerAnnotation];
	if (owner === inputs.owner) return;
	const whose =
		owner === undefined
			? "no Pulumi resource (made by kubectl or another tool)"
			: `the Pulumi resource ${quote(owner)}`;
	throw new LifecycleError(
		`${title(inputs)} exists in the cluster ${cluster.where} and belongs to ${whose}, not to ${quote(inputs.owner)}; ` +
			`delete it where it was made (kubectl -n ${inputs.namespace} delete ${kindOf(inputs).plural} ${inputs.name}), or give this resource another name`,
	);
}

/** What is going, over, has lost a target for good, or is of an older program can't become what is wanted: a spec never changes. */
function isUsable(present: Experiment, inputs: ExperimentInputs, known: string | undefined): boolean {
	if (present.metadata.deletionTimestamp !== undefined) return false;
	// Targets are chosen once; only a new object chooses among the pods that have taken their place.
	if (inputs.paused !== true && observe(present).phase !== "Finished" && holds(present, "TargetGone")) return false;
	// Nothing was injected, and its probes are asked only once.
	if (inputs.paused !== true && observe(present).phase === "Not started") return false;
	if (present.metadata.uid === known) return true;
	const kind = kindOf(inputs);
	const whole = (spec: Record<string, unknown>) => fillDefaults(kind.spec, spec, inputs.namespace);
	return !holds(present, "Expired") && isDeepStrictEqual(whole(present.spec), whole(inputs.spec));
}

async function replaceRemains(
	cluster: Cluster,
	inputs: ExperimentInputs,
	present: Experiment,
	limits: Limits,
): Promise<void> {
	const { uid, deletionTimestamp } = present.metadata;
	if (deletionTimestamp === undefined) await cluster.delete(placeOf(inputs), uid);
	const gone = await until(cluster, placeOf(inputs), limits, (objects) =>
		objects.some((object) => object.metadata.uid === uid) ? undefined : true,
	);
	if (gone) return;
	throw new LifecycleError(
		`an older ${title(inputs)} of this resource is in the cluster ${cluster.where} and is not recovered yet; run "pulumi up" ` +
			`again later, or see what holds it with "kubectl -n ${inputs.namespace} describe ${kindOf(inputs).plural} ${inputs.name}"`,
	);
}

/** Makes an object ours, and pauses or resumes it; asks for no more than what differs. */
export async function putMetadata(
	cluster: Cluster,
	inputs: ExperimentInputs,
	present: Experiment,
): Promise<Experiment> {
	const { labels = {}, annotations = {} } = present.metadata;
	const patch: MetadataPatch = {};
	if (labels[scopeLabel] !== inputs.scope) patch.labels = { [scopeLabel]: inputs.scope };
	if (annotations[ownerAnnotation] !== inputs.owner) patch.annotations = { [ownerAnnotation]: inputs.owner };
	for (const [name, wanted] of [
		[ownerTeamAnnotation, inputs.ownerTeam],
		[reasonAnnotation, inputs.reason],
	] as const) {
		// What is taken over keeps what the program says nothing of.
		if (annotations[name] === wanted || (wanted === undefined && inputs.adopt === true)) continue;
		patch.annotations = { ...patch.annotations, [name]: wanted ?? null };
	}
	if ((annotations[pauseAnnotation] === "true") !== (inputs.paused === true)) {
		patch.annotations = { ...patch.annotations, [pauseAnnotation]: inputs.paused === true ? "true" : null };
	}
	return patch.labels || patch.annotations ? await cluster.patch(placeOf(inputs), patch) : present;
}
