import type { AdmissionRequest } from "../../../controller/admission/review.ts";

/** The body of a call: somebody creates an object of a kind in the namespace `own`. */
export function review(kind: string, spec: unknown, more: object = {}): object {
	const request = {
		uid: "0123",
		kind: { group: "chaos-mesh.org", version: "v1alpha1", kind },
		namespace: "own",
		operation: "CREATE",
		userInfo: { username: "alice", uid: "7", groups: ["dev", "system:authenticated"], extra: { scopes: ["all"] } },
		object: { metadata: { name: "x" }, spec },
		...more,
	};
	return { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request };
}

/** What is read of such a body. */
export function request(kind: string, spec: unknown, more: Partial<AdmissionRequest> = {}): AdmissionRequest {
	const { request: whole } = review(kind, spec) as { request: Omit<AdmissionRequest, "kind"> };
	return { ...whole, kind, ...more };
}
