import type { Verdict } from "./injector.ts";

/** What a fault that goes through the API server sees of a pod. */
export interface PodView {
	metadata: {
		namespace: string;
		name: string;
		uid: string;
		resourceVersion?: string;
		deletionTimestamp?: string;
		annotations?: Record<string, string>;
	};
	spec: { containers: { name: string; image: string }[] };
	status: { containerStatuses?: { name: string; containerID?: string; state?: { running?: unknown } }[] };
}

/** A pod by its name, and by its uid: another one of the same name is another target. */
export interface PodTarget {
	namespace: string;
	pod: string;
	podUid: string;
}

/** The API server, as far as faults need it. Every method looks at this very pod: one of another uid counts as none. */
export interface PodApi {
	/** The image of the chaos system itself. */
	readonly systemImage: string;
	/** The pod as it is now; undefined: there is none. */
	read(target: PodTarget): Promise<PodView | undefined>;
	/** Strategic merge patch of what was read; false when the pod has changed or has gone since, so that it must be read anew. */
	patch(pod: PodView, patch: PodPatch): Promise<boolean>;
	/** Deletes the pod; nothing when it is gone. */
	delete(target: PodTarget, gracePeriodSeconds: number): Promise<void>;
}

/** A change of a pod; an annotation that is null is removed. */
export interface PodPatch {
	annotations: Record<string, string | null>;
	containers?: { name: string; image: string }[];
}

/** One fault on one pod. */
export interface Injection {
	id: string;
	/** Uid of the experiment. */
	experiment: string;
	target: PodTarget;
}

/**
 * All that the controller does through the API server for one kind of fault. The undo record lives on the pod itself, so that
 * any controller can recover. Every method throws an Error whose message says what happened and what to do.
 */
export interface ClusterInjector<Instruction> {
	/**
	 * Puts the fault in place; again is no change. Throws a TargetGoneError when the pod is gone and nothing was done to it.
	 *
	 * @returns whether all is done, or `verify` has to say it: a kubelet takes its time
	 */
	inject(api: PodApi, injection: Injection, instruction: Instruction): Promise<"done" | "to be seen">;
	/**
	 * Takes the fault out; again, after a half-done inject, and with the pod gone it succeeds as well.
	 *
	 * @returns ids of the containers that must have stopped before nothing is left
	 */
	recover(api: PodApi, injection: Injection): Promise<string[]>;
	/** Looks at the pod. */
	verify(pod: PodView, id: string): Verdict;
	/** The injections that a pod says it holds, as id and uid of the experiment. */
	held(pod: PodView): { id: string; experiment: string }[];
}
