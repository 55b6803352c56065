import { CustomObjectsApi, type KubeConfig, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import { ownGroup, version } from "../../api/names.ts";
import { type OwnProbe, ownProbe } from "../../api/own-probe.ts";
import { follow, type Listed } from "./follow.ts";
import type { ProbeObjects } from "./probe-objects.ts";
import { orUndefined, request } from "./request.ts";

/** The Probes in the cluster of a kubeconfig. */
export function kubernetesProbes(config: KubeConfig): ProbeObjects {
	const api = config.makeApiClient(CustomObjectsApi);
	const { plural } = ownProbe;
	const kind = { group: ownGroup, version, plural };
	return {
		get: (place) => orUndefined(request(() => api.getNamespacedCustomObject({ ...kind, ...place }))),
		create(body) {
			const { namespace } = body.metadata;
			return request(() =>
				api.createNamespacedCustomObject({ ...kind, namespace, body, fieldValidation: "Strict" }),
			) as Promise<OwnProbe>;
		},
		change({ metadata: { namespace, name, labels, annotations } }, wanted) {
			// A merge would keep what the old spec had and the new one has not.
			const body = [
				{ op: "add", path: "/metadata/labels", value: { ...labels, ...wanted.metadata.labels } },
				{ op: "add", path: "/metadata/annotations", value: { ...annotations, ...wanted.metadata.annotations } },
				{ op: "replace", path: "/spec", value: wanted.spec },
			];
			const all = { ...kind, namespace, name, body, fieldValidation: "Strict" };
			const options = setHeaderOptions("Content-Type", PatchStrategy.JsonPatch);
			return request(() => api.patchNamespacedCustomObject(all, options)) as Promise<OwnProbe>;
		},
		async delete(place, uid) {
			const body = { preconditions: { uid } };
			await request(() => api.deleteNamespacedCustomObject({ ...kind, ...place, body }));
		},
		async labelled(labelSelector) {
			const list = await orUndefined<Listed<OwnProbe>>(
				request(() => api.listCustomObjectForAllNamespaces({ ...kind, resourcePlural: plural, labelSelector })),
			);
			return list?.items ?? [];
		},
		follow: (query, signal) =>
			follow<OwnProbe>(
				config,
				(chosen) =>
					request(() =>
						api.listNamespacedCustomObject({ ...kind, namespace: query.namespace ?? "", ...chosen }),
					) as Promise<Listed<OwnProbe>>,
				query,
				signal,
				ownGroup,
			),
	};
}
