import type { Pod } from "./pod.ts";

/**
 * What a pod is one of, by kind, namespace and name: `Deployment shop/web`; a pod that nothing keeps going is a workload of its own.
 * The ReplicaSets of a Deployment, of which there are two while it is rolled out, are one workload: their names are its name and the
 * hash that is a label of their pods, so nothing has to be asked.
 */
export function workloadOf({ metadata }: Pod): string {
	const { namespace, name, labels } = metadata;
	const owner = controllerOf(metadata);
	if (!owner) return `Pod ${namespace}/${name}`;
	const hash = labels?.["pod-template-hash"];
	if (owner.kind === "ReplicaSet" && hash !== undefined && owner.name.endsWith(`-${hash}`)) {
		return `Deployment ${namespace}/${owner.name.slice(0, -hash.length - 1)}`;
	}
	return `${owner.kind} ${namespace}/${owner.name}`;
}

/** What keeps a pod going. In a pod that is cut down it stands by itself. */
export function controllerOf({ owner, ownerReferences = [] }: Pod["metadata"]): Pod["metadata"]["owner"] {
	const controlling = ownerReferences.find(({ controller }) => controller === true);
	return controlling ? { kind: controlling.kind, name: controlling.name } : owner;
}
