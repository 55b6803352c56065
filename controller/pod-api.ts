import type { PodApi, PodTarget, PodView } from "../api/cluster-injector.ts";
import { type ApiServer, isStatus, orNothing } from "./api-server.ts";

/** The pods of the API server, for faults that go through it. */
export function podApi(server: Pick<ApiServer, "get" | "patch" | "delete">, systemImage: string): PodApi {
	return {
		systemImage,
		async read(target) {
			const pod = await orNothing(server.get<PodView>(pathOf(target)));
			return pod?.metadata.uid === target.podUid ? pod : undefined;
		},
		async patch({ metadata: { namespace, name, uid, resourceVersion } }, { annotations, containers = [] }) {
			const body = {
				metadata: { uid, resourceVersion, annotations },
				...(containers.length > 0 && { spec: { containers } }),
			};
			// Strategic: a merge of JSON would replace the whole list of containers.
			const type = "application/strategic-merge-patch+json";
			const path = pathOf({ namespace, pod: name });
			try {
				await server.patch(path, body, type);
				return true;
			} catch (error) {
				if (isStatus(error, 409) || isStatus(error, 404)) return false;
				throw error;
			}
		},
		async delete(target, gracePeriodSeconds) {
			const options = { gracePeriodSeconds, preconditions: { uid: target.podUid } };
			try {
				await orNothing(server.delete(pathOf(target), options));
			} catch (error) {
				// Another pod of that name by now: ours is gone.
				if (!isStatus(error, 409)) throw error;
			}
		},
	};
}

function pathOf({ namespace, pod }: Pick<PodTarget, "namespace" | "pod">): string {
	return `/api/v1/namespaces/${namespace}/pods/${pod}`;
}
