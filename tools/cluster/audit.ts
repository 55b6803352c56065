import { join } from "node:path";
import type { ClusterLayout } from "./layout.ts";

/** Where the API server writes down who has changed what of Chaos Mesh's kinds, a line of JSON each. */
export function auditLog(layout: ClusterLayout): string {
	return join(layout.state, "log", "audit.log");
}

/** What it writes down: changes of experiments, and nothing else. */
export const auditPolicy = JSON.stringify({
	apiVersion: "audit.k8s.io/v1",
	kind: "Policy",
	omitStages: ["RequestReceived"],
	rules: [
		{
			level: "Metadata",
			verbs: ["create", "update", "patch", "delete", "deletecollection"],
			resources: [{ group: "chaos-mesh.org" }],
		},
		{ level: "None" },
	],
});
