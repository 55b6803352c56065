import { annotationPrefix } from "../api/names.ts";

/** The parts of Kubernetes' own objects that the controller reads, spelled as the API does. */

/** Metadata of any object. */
export interface Meta {
	name: string;
	namespace?: string;
	uid: string;
	resourceVersion?: string;
	creationTimestamp?: string;
	deletionTimestamp?: string;
	labels?: Record<string, string>;
	annotations?: Record<string, string>;
}

/** Any object of the API. */
export interface KubeObject {
	metadata: Meta;
}

/** A pod, cut down by `slimPod` to what selection, planning and the daemons' directory need. */
export interface Pod extends KubeObject {
	metadata: Meta & { namespace: string };
	spec: { nodeName?: string; hostNetwork?: boolean; containers: { name: string; image: string }[] };
	status: {
		phase?: string;
		podIPs?: { ip: string }[];
		conditions?: { type: string; status: string }[];
		containerStatuses?: { name: string; containerID?: string; state?: { running?: unknown } }[];
	};
}

/** A Secret; values are base64. */
export interface Secret {
	apiVersion: "v1";
	kind: "Secret";
	metadata: { name: string; namespace: string; resourceVersion?: string; labels?: Record<string, string> };
	type?: string;
	data?: Record<string, string>;
}

/**
 * Keeps of a pod only what is read: with thousands of pods in memory the rest would cost far more than all that we hold. Annotations
 * are the largest part of the rest; who selects by them asks the API server.
 */
export function slimPod(pod: Pod): Pod {
	const { name, namespace, uid, resourceVersion, creationTimestamp, deletionTimestamp, labels } = pod.metadata;
	const { nodeName, hostNetwork, containers } = pod.spec;
	const annotations = ownAnnotations(pod);
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
