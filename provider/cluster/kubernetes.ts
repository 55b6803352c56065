import { CustomObjectsApi, type KubeConfig, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import type { Experiment } from "../../api/experiment.ts";
import { group, ownGroup, version } from "../../api/names.ts";
import { type GuardRailsObject, guardRailsPlural } from "../../guard-rails/object.ts";
import type { Cluster, MetadataPatch, NewExperiment, Place, Query } from "./cluster.ts";
import { follow, type Listed } from "./follow.ts";
import type { ResolvedCluster } from "./kubeconfig.ts";
import { kubernetesProbes } from "./kubernetes-probes.ts";
import { kubernetesSurroundings } from "./kubernetes-surroundings.ts";
import type { ProbeObjects } from "./probe-objects.ts";
import { orUndefined, request } from "./request.ts";
import type { Surroundings } from "./surroundings.ts";

/** A cluster behind the API server of a kubeconfig. */
export class KubernetesCluster implements Cluster {
	readonly where: string;
	readonly surroundings: Surroundings;
	readonly probes: ProbeObjects;
	private readonly config: KubeConfig;
	private readonly api: CustomObjectsApi;

	constructor({ config, where }: ResolvedCluster) {
		this.where = where;
		this.config = config;
		this.api = config.makeApiClient(CustomObjectsApi);
		this.surroundings = kubernetesSurroundings(config);
		this.probes = kubernetesProbes(config);
	}

	async plurals(): Promise<string[]> {
		const list = await orUndefined(request(() => this.api.getAPIResources({ group, version })));
		const resources = list?.resources ?? [];
		return resources
			.filter(({ name, verbs }) => !name.includes("/") && verbs.includes("delete"))
			.map(({ name }) => name);
	}

	get(place: Place): Promise<Experiment | undefined> {
		return orUndefined(request(() => this.api.getNamespacedCustomObject({ group, version, ...place })));
	}

	create(plural: string, body: NewExperiment): Promise<Experiment> {
		const { namespace } = body.metadata;
		// A definition older than this package would drop what it does not know, such as the probes that guard a fault.
		const all = { group, version, namespace, plural, body, fieldValidation: "Strict" };
		return request(() => this.api.createNamespacedCustomObject(all));
	}

	tryCreate(plural: string, body: NewExperiment): Promise<Experiment> {
		const all = { group, version, namespace: body.metadata.namespace, plural, body, dryRun: "All" };
		return request(() => this.api.createNamespacedCustomObject(all));
	}

	patch(place: Place, metadata: MetadataPatch): Promise<Experiment> {
		const options = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
		return request(() =>
			this.api.patchNamespacedCustomObject({ group, version, ...place, body: { metadata } }, options),
		);
	}

	async delete(place: Place, uid: string): Promise<void> {
		const body = { preconditions: { uid } };
		await request(() => this.api.deleteNamespacedCustomObject({ group, version, ...place, body }));
	}

	async guardRails(): Promise<GuardRailsObject[]> {
		const all = { group: ownGroup, version, plural: guardRailsPlural };
		const list = await orUndefined<{ items: GuardRailsObject[] }>(request(() => this.api.listClusterCustomObject(all)));
		return list?.items ?? [];
	}

	follow(query: Query, signal: AbortSignal): AsyncIterable<Experiment[]> {
		return follow(this.config, (chosen) => this.list(query, chosen), query, signal);
	}

	private list({ plural, namespace }: Query, chosen: Record<string, string>): Promise<Listed> {
		const all = { group, version, plural, ...chosen };
		return request(() =>
			namespace === undefined
				? this.api.listCustomObjectForAllNamespaces({ ...all, resourcePlural: plural })
				: this.api.listNamespacedCustomObject({ ...all, namespace }),
		);
	}
}
