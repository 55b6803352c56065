import { CustomObjectsApi, type KubeConfig, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import type { Experiment } from "../../api/experiment.ts";
import { group, version } from "../../api/names.ts";
import { type Answer, apiError } from "./api-error.ts";
import { ApiError, type Cluster, type MetadataPatch, type NewExperiment, type Place, type Query } from "./cluster.ts";
import { follow, type Listed } from "./follow.ts";
import type { ResolvedCluster } from "./kubeconfig.ts";

/** How long one request may take before the server counts as unreachable. */
const requestTimeoutMs = 20_000;

/** A cluster behind the API server of a kubeconfig. */
export class KubernetesCluster implements Cluster {
	readonly where: string;
	private readonly config: KubeConfig;
	private readonly api: CustomObjectsApi;

	constructor({ config, where }: ResolvedCluster) {
		this.where = where;
		this.config = config;
		this.api = config.makeApiClient(CustomObjectsApi);
	}

	async plurals(): Promise<string[]> {
		const list = await orUndefined(this.request(() => this.api.getAPIResources({ group, version })));
		const resources = list?.resources ?? [];
		return resources
			.filter(({ name, verbs }) => !name.includes("/") && verbs.includes("delete"))
			.map(({ name }) => name);
	}

	get(place: Place): Promise<Experiment | undefined> {
		return orUndefined(this.request(() => this.api.getNamespacedCustomObject({ group, version, ...place })));
	}

	create(plural: string, body: NewExperiment): Promise<Experiment> {
		const { namespace } = body.metadata;
		return this.request(() => this.api.createNamespacedCustomObject({ group, version, namespace, plural, body }));
	}

	tryCreate(plural: string, body: NewExperiment): Promise<Experiment> {
		const all = { group, version, namespace: body.metadata.namespace, plural, body, dryRun: "All" };
		return this.request(() => this.api.createNamespacedCustomObject(all));
	}

	patch(place: Place, metadata: MetadataPatch): Promise<Experiment> {
		const options = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
		return this.request(() =>
			this.api.patchNamespacedCustomObject({ group, version, ...place, body: { metadata } }, options),
		);
	}

	async delete(place: Place, uid: string): Promise<void> {
		const body = { preconditions: { uid } };
		await this.request(() => this.api.deleteNamespacedCustomObject({ group, version, ...place, body }));
	}

	follow(query: Query, signal: AbortSignal): AsyncIterable<Experiment[]> {
		return follow(this.config, (chosen) => this.list(query, chosen), query, signal);
	}

	private list({ plural, namespace }: Query, chosen: Record<string, string>): Promise<Listed> {
		const all = { group, version, plural, ...chosen };
		return this.request(() =>
			namespace === undefined
				? this.api.listCustomObjectForAllNamespaces({ ...all, resourcePlural: plural })
				: this.api.listNamespacedCustomObject({ ...all, namespace }),
		);
	}

	private async request<T>(send: () => Promise<T>): Promise<T> {
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<never>((_, reject) => {
			timer = setTimeout(() => reject(new Error(`no answer in ${requestTimeoutMs / 1000} s`)), requestTimeoutMs);
		});
		try {
			return await Promise.race([send(), late]);
		} catch (error) {
			throw apiError(error as Answer);
		} finally {
			clearTimeout(timer);
		}
	}
}

async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
	try {
		return await answer;
	} catch (error) {
		if (error instanceof ApiError && error.status === 404) return undefined;
		throw error;
	}
}
