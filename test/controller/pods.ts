import type { Pod } from "../../selection/pod.ts";

/** A pod that runs on node-1, unless said otherwise. */
export function pod(name: string, changes: { metadata?: object; spec?: object; status?: object } = {}): Pod {
	return {
		metadata: {
			name,
			namespace: "shop",
			uid: `uid-${name}`,
			resourceVersion: "1",
			labels: { app: "web" },
			...changes.metadata,
		},
		spec: { nodeName: "node-1", containers: [{ name: "main", image: "web:1" }], ...changes.spec },
		status: {
			phase: "Running",
			podIPs: [{ ip: "10.1.0.1" }],
			conditions: [{ type: "Ready", status: "True" }],
			containerStatuses: [{ name: "main", containerID: "containerd://1", state: { running: {} } }],
			...changes.status,
		},
	};
}
