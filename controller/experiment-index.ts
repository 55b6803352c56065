import type { Experiment } from "../api/experiment.ts";
import { followAnnotation } from "../api/names.ts";

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
			for (const { id } of recordsOf(before)) {
				const uids = this.#byPod.get(id);
				uids?.delete(before.metadata.uid);
				if (uids?.size === 0) this.#byPod.delete(id);
			}
		}
		if (!after) return;
		this.#byUid.set(after.metadata.uid, after);
		for (const { id } of recordsOf(after)) {
			const uids = this.#byPod.get(id) ?? new Set();
			this.#byPod.set(id, uids.add(after.metadata.uid));
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

	/** Those with this pod among their targets. */
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

function recordsOf({ status }: Experiment): { id: string; node: string }[] {
	return status?.experiment.containerRecords ?? [];
}
