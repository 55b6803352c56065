import type { Selector } from "../../api/selector.ts";
import { hasAll, meets } from "../../selection/match.ts";
import type { Pod } from "../../selection/pod.ts";
import type { Budget } from "../cluster/surroundings.ts";

type Expression = NonNullable<Selector["expressionSelectors"]>[number];

/** Of a budget that some pods would break: how many of it they are, and how many may be missing at the same time. */
export interface BrokenBudget {
	/** `namespace/name` */
	name: string;
	hit: number;
	allowed: number;
}

/** What hitting these pods would mean for a budget; nothing: it holds, or it has not been counted yet. */
export function brokenBy(pods: readonly Pod[], { metadata, spec, status }: Budget): BrokenBudget[] {
	const { matchLabels, matchExpressions = [] } = spec.selector ?? {};
	const allowed = status?.disruptionsAllowed;
	const hit = pods.filter(
		({ metadata: { namespace, labels = {} } }) =>
			namespace === metadata.namespace &&
			// Without a selector a budget is of nobody; with an empty one of everybody.
			spec.selector !== undefined &&
			hasAll(labels, matchLabels) &&
			matchExpressions.every((expression) => meets(labels, expression as Expression)),
	).length;
	if (allowed === undefined || hit <= allowed) return [];
	return [{ name: `${metadata.namespace}/${metadata.name}`, hit, allowed }];
}
