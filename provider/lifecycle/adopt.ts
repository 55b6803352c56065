import type { Experiment } from "../../api/experiment.ts";
import { followAnnotation, ownerAnnotation, pauseAnnotation, scopeLabel } from "../../api/names.ts";
import { quote } from "../../api/problem.ts";
import { ApiError, type Cluster } from "../cluster/cluster.ts";
import { kindOf, placeOf, title } from "./context.ts";
import { differences, mayBeSaid, shown } from "./difference.ts";
import { explain, LifecycleError } from "./failure.ts";
import { metadataPatch } from "./metadata.ts";
import type { ExperimentInputs } from "./state.ts";
import { wholeSpec } from "./whole-spec.ts";

/**
 * Takes over the experiment of that name which somebody else made: it becomes ours as it is, so its fault stays in place
 * untouched. Never creates, changes or deletes a fault; what can't be taken over as it is, is refused.
 */
export async function adoptObject(cluster: Cluster, inputs: ExperimentInputs): Promise<Experiment> {
	for (let attempts = 1; ; attempts++) {
		const present = await cluster.get(placeOf(inputs));
		const refusal = present ? whyNot(present, inputs) : "it does not exist; see that its name and namespace are right";
		if (!present || refusal !== undefined) {
			throw new LifecycleError(
				`adopt: ${title(inputs)} in the cluster ${cluster.where} can't be taken over: ${refusal}, or leave adopt out: then ` +
					'"pulumi up" makes an experiment of its own',
			);
		}
		try {
			return await take(cluster, inputs, present);
		} catch (error) {
			// Somebody was faster, maybe another one who takes it over: look whose it is.
			if (error instanceof ApiError && error.status === 409 && attempts < 5) continue;
			throw error;
		}
	}
}

/** Of two who take it over at the same time only one must succeed: each would delete it as its own. */
async function take(cluster: Cluster, inputs: ExperimentInputs, present: Experiment): Promise<Experiment> {
	const patch = metadataPatch(inputs, present);
	if (!patch.labels && !patch.annotations) return present;
	const { resourceVersion } = present.metadata;
	return await cluster.patch(placeOf(inputs), { ...patch, ...(resourceVersion !== undefined && { resourceVersion }) });
}

/** Undoes an adoption that was interrupted: the experiment runs on, and belongs to nobody again. */
export async function giveBack(cluster: Cluster, inputs: ExperimentInputs): Promise<void> {
	try {
		const present = await cluster.get(placeOf(inputs));
		if (present?.metadata.annotations?.[ownerAnnotation] !== inputs.owner) return;
		await cluster.patch(placeOf(inputs), { labels: { [scopeLabel]: null }, annotations: { [ownerAnnotation]: null } });
	} catch (error) {
		throw explain(error, cluster, { doing: `give back ${title(inputs)}`, namespace: inputs.namespace });
	}
}

/** What stands in the way of an adoption, and what to do; undefined when nothing does. */
function whyNot({ metadata, spec }: Experiment, inputs: ExperimentInputs): string | undefined {
	const owner = metadata.annotations?.[ownerAnnotation];
	if (owner !== undefined && owner !== inputs.owner) {
		const annotate = `kubectl -n ${inputs.namespace} annotate ${kindOf(inputs).plural} ${inputs.name} ${ownerAnnotation}-`;
		return (
			`it belongs to the Pulumi resource ${quote(owner)}; let it go there with "pulumi state delete", ` +
			`take its owner away (${annotate}) and run "pulumi up" again`
		);
	}
	if (metadata.deletionTimestamp !== undefined) return "it is being deleted; wait until it is gone";
	const isSet = (annotation: string): boolean => metadata.annotations?.[annotation] === "true";
	const differing = differences(
		{ ...wholeSpec(inputs, spec), paused: isSet(pauseAnnotation), follow: isSet(followAnnotation) },
		{ ...wholeSpec(inputs, inputs.spec), paused: inputs.paused === true, follow: inputs.follow === true },
	);
	if (differing.length === 0) return undefined;
	const each = differing.map((one) =>
		mayBeSaid(one)
			? `${one.path} is ${shown(one.there)} there and ${shown(one.here)} here`
			: `${one.path} is not the same there and here`,
	);
	return `${each.join("; ")}; write here what is there`;
}
