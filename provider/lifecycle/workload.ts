import type { OwnedPod } from "../cluster/surroundings.ts";

/**
 * What a pod is a part of, by kind, namespace and name: `Deployment shop/front`; a pod that nothing has made is its own. The
 * ReplicaSet of a Deployment is named by it and by the hash that is a label of each of its pods, so nothing has to be asked.
 */
export function workloadOf({ metadata }: OwnedPod): string {
	const { namespace, name, labels = {}, ownerReferences = [] } = metadata;
	const owner = ownerReferences.find(({ controller }) => controller === true);
	const hash = labels["pod-template-hash"];
	if (!owner) return `Pod ${namespace}/${name}`;
	if (owner.kind === "ReplicaSet" && hash !== undefined && owner.name.endsWith(`-${hash}`)) {
		return `Deployment ${namespace}/${owner.name.slice(0, -hash.length - 1)}`;
	}
	return `${owner.kind} ${namespace}/${owner.name}`;
}
