import type { ObjectField } from "../../../api/field.ts";
import { common, type Kind } from "../../../api/kind.ts";
import { networkChaos } from "../../../faults/network/spec.ts";
import { podChaos } from "../../../faults/pod/spec.ts";

const network = { ...networkChaos.spec, required: undefined } as unknown as ObjectField;
const pod = { ...podChaos.spec, required: undefined } as unknown as ObjectField;

/** A kind whose spec holds experiments of two others. */
export const clock: Kind = {
	kind: "Clock",
	plural: "clocks",
	description: "Makes experiments.",
	mutable: true,
	spec: {
		type: "object",
		description: "What it makes.",
		fields: {
			clock: { type: "string", description: "When; named as the kind, and no experiment.", maxLength: 20 },
			networkChaos: network,
			podChaos: pod,
		},
	},
};

/** A kind that holds others in lists and maps, and one of them in a place of another name. */
export const plan: Kind = {
	kind: "Plan",
	plural: "plans",
	description: "Makes experiments one after another.",
	mutable: true,
	spec: {
		type: "object",
		description: "What it makes.",
		fields: {
			steps: {
				type: "array",
				description: "One after another.",
				maxItems: 8,
				items: {
					type: "object",
					description: "One of them.",
					fields: { networkChaos: network, clock: clock.spec },
				},
			},
			byName: {
				type: "map",
				description: "By name.",
				maxProperties: 8,
				values: {
					type: "object",
					description: "A selection.",
					fields: { selector: common.selector, mode: common.mode },
				},
			},
			template: { type: "json", description: "Of others.", reason: "a test" },
		},
	},
};

/** All kinds of these tests. */
export const kinds: readonly Kind[] = [networkChaos, podChaos, clock, plan];

/** The spec of a partition. */
export function partition(more: object = {}): Record<string, unknown> {
	return { action: "partition", mode: "all", selector: { labelSelectors: { app: "x" } }, ...more };
}
