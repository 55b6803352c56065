import type { ChosenPod } from "../api/plan.ts";
import type { Pod } from "../selection/pod.ts";

/** What planning and the node need of a pod; containers that do not run are left out. */
export function chosenPod({ metadata, spec, status }: Pod): ChosenPod {
	return {
		namespace: metadata.namespace,
		name: metadata.name,
		uid: metadata.uid,
		node: spec.nodeName ?? "",
		ips: (status.podIPs ?? []).map(({ ip }) => ip),
		hostNetwork: spec.hostNetwork === true,
		containers: (status.containerStatuses ?? []).flatMap(({ name, containerID, state }) =>
			containerID !== undefined && state?.running !== undefined ? [{ name, id: containerID }] : [],
		),
	};
}
