import { setTimeout as sleep } from "node:timers/promises";
import { CustomObjectsApi, KubeConfig, PatchStrategy, setHeaderOptions } from "@kubernetes/client-node";
import type { Experiment } from "../../api/experiment.ts";
import { finalizer, group, version } from "../../api/names.ts";
import { injected, type Script } from "./statuses.ts";

/**
 * Plays the controller on a real API server with no node behind it: puts the finalizer on NetworkChaos objects, writes the status
 * that the test's script says, and lets go of deleted objects while `recovers` is true.
 */
export class PuppetController {
	script: Script;
	recovers = true;
	private readonly api: CustomObjectsApi;
	private readonly stop = new AbortController();
	private running: Promise<void> | undefined;

	private readonly namespace: string;

	/** @param namespace the only one whose objects it plays with */
	constructor(kubeconfig: string, namespace: string, script: Script = injected) {
		this.namespace = namespace;
		const config = new KubeConfig();
		config.loadFromFile(kubeconfig);
		this.api = config.makeApiClient(CustomObjectsApi);
		this.script = script;
	}

	/** Starts to play. */
	start(): this {
		this.running = this.play();
		return this;
	}

	/** Ends the play; objects stay as they are. */
	async end(): Promise<void> {
		this.stop.abort();
		await this.running;
	}

	private async play(): Promise<void> {
		while (!this.stop.signal.aborted) {
			const list = await this.api
				.listNamespacedCustomObject({ group, version, namespace: this.namespace, plural: "networkchaos" })
				.catch(() => ({ items: [] }));
			for (const experiment of list.items as Experiment[]) await this.act(experiment).catch(() => {});
			await sleep(50, undefined, { signal: this.stop.signal }).catch(() => {});
		}
	}

	private async act(experiment: Experiment): Promise<void> {
		const { finalizers = [], deletionTimestamp } = experiment.metadata;
		if (deletionTimestamp !== undefined && this.recovers) {
			if (finalizers.length > 0) await this.merge(experiment, { metadata: { finalizers: [] } });
			return;
		}
		if (deletionTimestamp === undefined && finalizers.length === 0) {
			await this.merge(experiment, { metadata: { finalizers: [finalizer] } });
		}
		const status = this.script(experiment);
		if (status && JSON.stringify(status) !== JSON.stringify(experiment.status)) {
			await this.merge(experiment, { status }, "status");
		}
	}

	private async merge(experiment: Experiment, body: object, subresource?: "status"): Promise<void> {
		const { namespace, name } = experiment.metadata;
		const place = { group, version, namespace, plural: "networkchaos", name, body };
		const options = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
		if (subresource) await this.api.patchNamespacedCustomObjectStatus(place, options);
		else await this.api.patchNamespacedCustomObject(place, options);
	}
}
