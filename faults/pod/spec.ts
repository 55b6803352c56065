import type { ObjectField, ValueOf } from "../../api/field.ts";
import { common, commonFields, commonRules, containerNames, type FaultKind } from "../../api/kind.ts";

const spec = {
	type: "object",
	required: true,
	description: "Which pods fail, how, and for how long.",
	fields: {
		...common,
		action: {
			type: "string",
			required: true,
			description:
				"`pod-kill` deletes pods; `pod-failure` makes all their containers run an image that does nothing; `container-kill` kills the first process of containers.",
			enum: ["pod-kill", "pod-failure", "container-kill"],
		},
		gracePeriod: {
			type: "integer",
			description: "Seconds that a pod gets to end by itself; default: 0, it is killed at once.",
			minimum: 0,
			maximum: 2_147_483_647,
		},
		containerNames,
	},
	variants: {
		by: "action",
		of: {
			"pod-kill": { description: "Deletes the pod, once.", needs: [], allows: ["gracePeriod"] },
			"pod-failure": {
				description: "Makes all containers of the pod run an image that does nothing, until the experiment ends.",
				needs: [],
				allows: [],
			},
			"container-kill": {
				description: "Kills the first process of the containers, once; the kubelet starts them again.",
				needs: ["containerNames"],
				allows: [],
			},
		},
		shared: commonFields,
	},
	rules: commonRules,
} as const satisfies ObjectField;

/** `spec` of a PodChaos. */
export type PodChaosSpec = ValueOf<typeof spec>;

/** PodChaos: pods and containers that fail or are killed. */
export const podChaos = {
	kind: "PodChaos",
	plural: "podchaos",
	description: "Pods and containers that fail or are killed.",
	spec,
	traits: { targets: "pod", where: "cluster", oneShot: true },
	traitsOf: {
		"pod-failure": { oneShot: false },
		"container-kill": { targets: "container", where: "node" },
	},
} as const satisfies FaultKind;
