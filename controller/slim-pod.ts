import { annotationPrefix } from "../api/names.ts";
import type { Pod } from "../selection/pod.ts";
import { controllerOf } from "../selection/workload.ts";

/**
 * Keeps of a pod only what is read: with thousands of pods in memory the rest would cost far more than all that we hold. Annotations
 * are the largest part of the rest; who selects by them asks the API server.
 */
export function slimPod(pod: Pod): Pod {
	const { name, namespace, uid, resourceVersion, creationTimestamp, deletionTimestamp, labels } = pod.metadata;
	const { nodeName, hostNetwork, containers } = pod.spec;
	const annotations = ownAnnotations(pod);
	const owner = controllerOf(pod.metadata);
	const { phase, podIPs, conditions, containerStatuses } = pod.status;
	return {
		metadata: {
			name,
			namespace,
			uid,
			...(resourceVersion !== undefined && { resourceVersion }),
			...(creationTimestamp !== undefined && { creationTimestamp }),
			...(deletionTimestamp !== undefined && { deletionTimestamp }),
			...(labels && { labels }),
			...(annotations && { annotations }),
			...(owner && { owner }),
		},
		spec: {
			...(nodeName !== undefined && { nodeName }),
			...(hostNetwork !== undefined && { hostNetwork }),
			containers: containers.map(({ name: container, image }) => ({ name: container, image })),
		},
		status: {
			...(phase !== undefined && { phase }),
			...(podIPs && { podIPs: podIPs.map(({ ip }) => ({ ip })) }),
			...(conditions && {
				conditions: conditions.filter(({ type }) => type === "Ready").map(({ type, status }) => ({ type, status })),
			}),
			...(containerStatuses && {
				containerStatuses: containerStatuses.map(({ name: container, containerID, state }) => ({
					name: container,
					...(containerID !== undefined && { containerID }),
					state: state?.running === undefined ? {} : { running: {} },
				})),
			}),
		},
	};
}

/** Annotations by which faults keep their undo records on a pod. */
function ownAnnotations({ metadata }: Pod): Record<string, string> | undefined {
	const own = Object.entries(metadata.annotations ?? {}).filter(([key]) => key.startsWith(annotationPrefix));
	return own.length > 0 ? Object.fromEntries(own) : undefined;
}
