import { at, type JsonObject, objectAt, objectsAt, textAt } from "../json.ts";
import { type Readiness, readyUnless } from "./verdict.ts";

/**
 * Sends its traffic somewhere: at least one endpoint is ready and none is pending; a load balancer has its address. Services
 * without a selector, headless ones and external names have no endpoints to wait for.
 */
export const service: Readiness = {
	related: (object) => ({
		apiVersion: "discovery.k8s.io/v1",
		kind: "EndpointSlice",
		namespace: textAt(object, "metadata", "namespace"),
		query: { labelSelector: `kubernetes.io/service-name=${textAt(object, "metadata", "name")}` },
	}),
	judge(object, slices) {
		const endpoints = slices.flatMap((slice) => objectsAt(slice, "endpoints"));
		const pending = endpoints.filter((endpoint) => at(endpoint, "conditions", "ready") === false);
		const reasons: string[] = [];
		if (hasEndpoints(object)) {
			if (endpoints.length === pending.length) reasons.push("no pod that its selector names is ready");
			reasons.push(...pending.map((endpoint) => `pod "${textAt(endpoint, "targetRef", "name")}" is not ready`));
		}
		if (textAt(object, "spec", "type") === "LoadBalancer" && addresses(object).length === 0) {
			reasons.push("its load balancer has no address");
		}
		return readyUnless(reasons);
	},
};

function hasEndpoints(object: JsonObject): boolean {
	const selector = objectAt(object, "spec", "selector");
	const special = textAt(object, "spec", "type") === "ExternalName" || textAt(object, "spec", "clusterIP") === "None";
	return Object.keys(selector).length > 0 && !special;
}

function addresses(object: JsonObject): JsonObject[] {
	return objectsAt(object, "status", "loadBalancer", "ingress");
}
