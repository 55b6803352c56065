import * as pulumi from "@pulumi/pulumi";
import type { Selector } from "./resources/selector.ts";

/** A resource of `@pulumi/kubernetes` that has pods, or is one. */
export interface PodsOwner {
	readonly id: pulumi.Output<string>;
	readonly kind: pulumi.Output<string>;
	readonly metadata: pulumi.Output<{ name: string; namespace: string }>;
	readonly spec?: pulumi.Output<unknown>;
}

/** A selector of labels as workloads have it. */
interface LabelSelector {
	matchLabels?: Record<string, string>;
	matchExpressions?: NonNullable<LabelSelectorOf>;
}

type LabelSelectorOf = { key: string; operator: "In" | "NotIn" | "Exists" | "DoesNotExist"; values?: string[] }[];

type Place = { name: string; namespace: string };

/** By kind, what selects the pods. */
const selectors: Readonly<Record<string, (place: Place, spec: unknown) => Selector>> = {
	Deployment: ofWorkload,
	StatefulSet: ofWorkload,
	DaemonSet: ofWorkload,
	ReplicaSet: ofWorkload,
	Service({ name, namespace }, spec) {
		const { selector } = spec as { selector?: Record<string, string> };
		if (!selector)
			throw new pulumi.RunError(`podsOf: the Service ${namespace}/${name} has no selector, so it has no pods`);
		return { namespaces: [namespace], labelSelectors: selector };
	},
	Pod: ({ name, namespace }) => ({ pods: { [namespace]: [name] } }),
	Namespace: ({ name }) => ({ namespaces: [name] }),
};

/**
 * Selects the pods of an object of the same program, or the pod that it is: their namespace and labels need not be said again.
 * The experiment depends on the object, so it begins when that is there and has recovered before it goes. While the object is yet
 * to be made, the preview says that it is not known who would be hit.
 *
 * @param owner - a Deployment, StatefulSet, DaemonSet, ReplicaSet, Service, Pod or Namespace
 *
 * @example
 * const front = new k8s.apps.v1.Deployment("front", { ... });
 * new chaos.PodChaos("lose-one", { action: "pod-kill", mode: "one", selector: chaos.podsOf(front) });
 */
export function podsOf(owner: PodsOwner): pulumi.Output<Selector> {
	// Of what is not there yet all but the id may be known; its pods are not.
	return pulumi
		.all([owner.kind, owner.metadata, owner.spec ?? pulumi.output({}), owner.id])
		.apply(([kind, place, spec]) => selectorOf(kind, place, spec));
}

/** The selector of an object's pods; throws when it has none. */
export function selectorOf(kind: string, { name, namespace }: Place, spec: unknown): Selector {
	const select = selectors[kind];
	if (select) return select({ name, namespace }, spec);
	throw new pulumi.RunError(
		`podsOf: a ${kind} (${name}) selects no pods; give it ${Object.keys(selectors).join(", ")}, or write the selector`,
	);
}

function ofWorkload({ namespace }: Place, spec: unknown): Selector {
	const { matchLabels, matchExpressions } = (spec as { selector: LabelSelector }).selector;
	return {
		namespaces: [namespace],
		...(matchLabels && { labelSelectors: matchLabels }),
		...(matchExpressions && { expressionSelectors: matchExpressions }),
	};
}
