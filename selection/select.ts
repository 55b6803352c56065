import { systemLabel } from "../api/names.ts";
import { type PodSelector, protectedNamespace, type Selector } from "../api/selector.ts";
import { draw, type Rank } from "./draw.ts";
import { matches, namesPods } from "./match.ts";
import type { Pod } from "./pod.ts";

/** What a selection goes by besides the selector itself. */
export interface Circumstances {
	/** Namespace of the experiment. */
	own: string;
	/** Only pods that run can be hit, because it is their node that does it. */
	runningOnly: boolean;
	/** Names of the nodes that the selector means; absent: any, or not known. */
	nodes?: ReadonlySet<string> | undefined;
	/** What pods are drawn by; default: the system's random source. */
	rank?: Rank;
	/** Pods that stay chosen as long as they match; default: none. */
	keeps?: (pod: Pod) => boolean;
}

/** What a selection came to: the pods, or what matched nevertheless, each with why it can't be hit. */
export interface Selection {
	chosen: Pod[];
	refused: { pod: Pod; why: string }[];
}

/**
 * Chooses pods by selector and mode: never those on their way out, and never those of the chaos system itself. A pod that is
 * listed twice counts once.
 *
 * @param pods - pods of the namespaces in question with the annotations and fields that the selector asks for, or more of them
 */
export function select(side: PodSelector, pods: readonly Pod[], circumstances: Circumstances): Selection {
	const { own, nodes, runningOnly, rank, keeps } = circumstances;
	const matching = new Map<string, Pod>();
	for (const pod of pods) if (matches(side.selector, own, pod, nodes)) matching.set(pod.metadata.uid, pod);
	const candidates: Pod[] = [];
	const refused: Selection["refused"] = [];
	for (const pod of matching.values()) {
		const why = whyNot(pod, side.selector, mustRun(side.selector, runningOnly));
		if (why === undefined) candidates.push(pod);
		else refused.push({ pod, why });
	}
	return { chosen: draw(candidates, side, podName, rank, keeps), refused };
}

/** A pod's name in records and messages: `shop/front-1`. */
export function podName({ metadata: { namespace, name } }: Pod): string {
	return `${namespace}/${name}`;
}

/** Whether the pod could be hit at all now: it runs on a node and is not on its way out. */
export function runs(pod: Pod): boolean {
	return (
		pod.status.phase === "Running" && pod.metadata.deletionTimestamp === undefined && pod.spec.nodeName !== undefined
	);
}

/** Whether only pods that run are chosen: what is hit on its node must, and so must what nobody says other about. */
export function mustRun(selector: Selector, runningOnly: boolean): boolean {
	return runningOnly || !(namesPods(selector) || selector.podPhaseSelectors?.length);
}

function whyNot(pod: Pod, selector: Selector, toRun: boolean): string | undefined {
	const { namespace, labels, deletionTimestamp } = pod.metadata;
	if (labels?.[systemLabel] !== undefined) return "belongs to the chaos system";
	const named = namesPods(selector) || selector.namespaces?.includes(namespace) === true;
	if (namespace === protectedNamespace && !named)
		return `is in ${protectedNamespace}, which the selector does not name`;
	if (deletionTimestamp !== undefined) return "is terminating";
	return !toRun || runs(pod) ? undefined : `is ${pod.status.phase ?? "not started"}`;
}
