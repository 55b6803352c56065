/** The parts of Kubernetes' own objects that selecting and planning read, spelled as the API does. */

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

/** What an object belongs to. */
export interface Owner {
	kind: string;
	name: string;
}

/** A pod, cut down to what selection, planning and the daemons' directory need. */
export interface Pod extends KubeObject {
	metadata: Meta & { namespace: string; ownerReferences?: (Owner & { controller?: boolean })[]; owner?: Owner };
	spec: { nodeName?: string; hostNetwork?: boolean; containers: { name: string; image: string }[] };
	status: {
		phase?: string;
		podIPs?: { ip: string }[];
		conditions?: { type: string; status: string }[];
		containerStatuses?: { name: string; containerID?: string; state?: { running?: unknown } }[];
	};
}
