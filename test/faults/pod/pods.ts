import type { PodApi, PodPatch, PodView } from "../../../api/cluster-injector.ts";

/** A pod with containers that run their images. */
export function view(images: Record<string, string>): PodView {
	return {
		metadata: { namespace: "shop", name: "web-0", uid: "uid-web", resourceVersion: "1" },
		spec: { containers: Object.entries(images).map(([name, image]) => ({ name, image })) },
		status: {
			containerStatuses: Object.keys(images).map((name) => ({
				name,
				containerID: `containerd://${name}-1`,
				state: { running: {} },
			})),
		},
	};
}

/** One pod in memory, with the rules of the API server: a patch of an older version is refused. */
export class OnePod implements PodApi {
	readonly systemImage: string = "pulumi-chaos:1";
	pod: PodView | undefined;
	/** Called before each patch: the moment at which somebody else may write. */
	beforePatch: () => void = () => undefined;
	readonly deleted: number[] = [];
	patches = 0;
	#restarts = 1;

	constructor(pod: PodView) {
		this.pod = pod;
	}

	async read({ podUid }: { podUid: string }): Promise<PodView | undefined> {
		return this.pod?.metadata.uid === podUid ? structuredClone(this.pod) : undefined;
	}

	async patch({ metadata }: PodView, patch: PodPatch): Promise<boolean> {
		this.beforePatch();
		if (metadata.resourceVersion !== this.pod?.metadata.resourceVersion) return false;
		this.patches++;
		this.edit((pod) => {
			const annotations = Object.entries({ ...pod.metadata.annotations, ...patch.annotations });
			pod.metadata.annotations = Object.fromEntries(
				annotations.filter((entry): entry is [string, string] => entry[1] !== null),
			);
			for (const container of pod.spec.containers) {
				container.image = patch.containers?.find(({ name }) => name === container.name)?.image ?? container.image;
			}
		});
		return true;
	}

	async delete(_target: object, gracePeriodSeconds: number): Promise<void> {
		this.deleted.push(gracePeriodSeconds);
		this.pod = undefined;
	}

	/** Changes the pod, as anybody may. */
	edit(change: (pod: PodView) => void): void {
		if (!this.pod) return;
		change(this.pod);
		this.pod.metadata.resourceVersion = String(Number(this.pod.metadata.resourceVersion) + 1);
	}

	/** What a kubelet does after images have changed: other containers run. */
	restartContainers(): void {
		this.#restarts++;
		this.edit(({ status }) => {
			for (const container of status.containerStatuses ?? []) {
				container.containerID = `containerd://${container.name}-${this.#restarts}`;
			}
		});
	}

	get images(): Record<string, string> {
		return Object.fromEntries((this.pod?.spec.containers ?? []).map(({ name, image }) => [name, image]));
	}
}
