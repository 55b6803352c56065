import type { Experiment } from "../api/experiment.ts";
import { followAnnotation } from "../api/names.ts";
import type { TargetRecord } from "../api/status.ts";
import { podNameOf } from "./records.ts";

/** Key of an experiment in the work queue. */
export function keyOf({ kind, metadata }: Experiment): string {
	return `${kind}/${metadata.namespace}/${metadata.name}`;
}

/** Finds experiments by what happens around them: by uid, by target pod, by node. */
export class ExperimentIndex {
	readonly #byUid = new Map<string, Experiment>();
	readonly #byPod = new Map<string, Set<string>>();

	/** To be told of every change of an experiment. */
	changed(after: Experiment | undefined, before: Experiment | undefined): void {
		if (before) {
			this.#byUid.delete(before.metadata.uid);
			for (const pod of podsOf(before)) {
				const uids = this.#byPod.get(pod);
				uids?.delete(before.metadata.uid);
				if (uids?.size === 0) this.#byPod.delete(pod);
			}
		}
		if (!after) return;
		this.#byUid.set(after.metadata.uid, after);
		for (const pod of podsOf(after)) {
			const uids = this.#byPod.get(pod) ?? new Set();
			this.#byPod.set(pod, uids.add(after.metadata.uid));
		}
	}

	/** All experiments by uid. */
	get all(): ReadonlyMap<string, Experiment> {
		return this.#byUid;
	}

	/** Uid of the experiment with a key; undefined when it is not known (any more). */
	uidOf(key: string): string | undefined {
		return [...this.#byUid.values()].find((experiment) => keyOf(experiment) === key)?.metadata.uid;
	}

	/** Those with this pod, or a container of it, among their targets. */
	ofPod(namespace: string, name: string): Experiment[] {
		const uids = this.#byPod.get(`${namespace}/${name}`) ?? [];
		return [...uids].flatMap((uid) => this.#byUid.get(uid) ?? []);
	}

	/** Those with a target on this node. */
	ofNode(node: string): Experiment[] {
		return [...this.#byUid.values()].filter((experiment) =>
			recordsOf(experiment).some((record) => record.node === node),
		);
	}

	/** Those that look for targets: they have none yet, or their targets follow the selector. */
	looking(): Experiment[] {
		return [...this.#byUid.values()].filter(
			({ status, metadata }) =>
				status?.experiment.containerRecords === undefined || metadata.annotations?.[followAnnotation] === "true",
		);
	}
}

function recordsOf({ status }: Experiment): TargetRecord[] {
	return status?.experiment.containerRecords ?? [];
}

/** Pods with a target, `namespace/name`, each once: several of its containers may be targets. */
function podsOf(experiment: Experiment): Set<string> {
	return new Set(recordsOf(experiment).map(podNameOf));
}
