import { isDeepStrictEqual } from "node:util";
import { fillDefaults } from "../../../api/defaults.ts";
import { ownerAnnotation, ownGroup, scopeLabel, version } from "../../../api/names.ts";
import { type OwnProbe, ownProbe } from "../../../api/own-probe.ts";
import type { Cluster } from "../../cluster/cluster.ts";
import type { NewProbe } from "../../cluster/probe-objects.ts";
import { admitted } from "../admission.ts";
import { title } from "../context.ts";
import { LifecycleError } from "../failure.ts";
import { refuseForeign } from "../foreign.ts";
import { type Owner, obtain, requestDelete, untilGone } from "../owned-objects.ts";
import type { Limits } from "../until.ts";
import { observeProbe, type ProbeInputs, placeOfProbe } from "./state.ts";

/**
 * Makes the Probe what the program says. One that does not pass is made anew, so that it is looked at at once and not after its
 * interval; what is somebody else's is refused.
 *
 * @param known - what the state knows the object by
 */
export async function ensureProbe(
	cluster: Cluster,
	inputs: ProbeInputs,
	limits: Limits,
	known?: Owner,
): Promise<OwnProbe> {
	const { probes } = cluster;
	const wanted = toObject(inputs);
	return await obtain(
		limits,
		() => probes.get(placeOfProbe(inputs)),
		() => probes.create(wanted),
		async (present) => {
			refuseForeign(present, inputs, ownProbe.plural, cluster, known);
			if (isUsable(present, wanted)) {
				return isAsWanted(present, wanted) ? present : await admitted(limits, () => probes.change(present, wanted));
			}
			await removeFirst(cluster, inputs, present, limits);
			return undefined;
		},
	);
}

function toObject({ kind, name, namespace, owner, scope, spec }: ProbeInputs): NewProbe {
	const metadata = { name, namespace, labels: { [scopeLabel]: scope }, annotations: { [ownerAnnotation]: owner } };
	return { apiVersion: `${ownGroup}/${version}`, kind, metadata, spec };
}

/** What asks another question from now on begins anew by itself. */
function isUsable(present: OwnProbe, wanted: NewProbe): boolean {
	if (present.metadata.deletionTimestamp !== undefined) return false;
	const { outcome } = observeProbe(present);
	return outcome === undefined || outcome === "Passing" || !asksTheSame(present, wanted);
}

function isAsWanted(present: OwnProbe, wanted: NewProbe): boolean {
	const { labels, annotations } = present.metadata;
	return (
		asksTheSame(present, wanted) &&
		labels?.[scopeLabel] === wanted.metadata.labels[scopeLabel] &&
		annotations?.[ownerAnnotation] === wanted.metadata.annotations[ownerAnnotation]
	);
}

function asksTheSame({ metadata: { namespace }, spec }: OwnProbe, wanted: NewProbe): boolean {
	const whole = (some: Record<string, unknown>) => fillDefaults(ownProbe.spec, some, namespace);
	return isDeepStrictEqual(whole(spec), whole(wanted.spec));
}

async function removeFirst(cluster: Cluster, inputs: ProbeInputs, present: OwnProbe, limits: Limits): Promise<void> {
	const place = placeOfProbe(inputs);
	await requestDelete(cluster.probes, place, present);
	if (await untilGone(cluster.probes, place, present.metadata.uid, limits)) return;
	throw new LifecycleError(
		`an older ${title(inputs)} of this resource is in the cluster ${cluster.where} and does not go; see what holds it with ` +
			`"kubectl -n ${inputs.namespace} get ${ownProbe.plural}.${ownGroup} ${inputs.name} -o yaml" (finalizers), then run "pulumi up" again`,
	);
}
