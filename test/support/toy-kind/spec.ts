import type { ObjectField, ValueOf } from "../../../api/field.ts";
import { common, commonRules, containerNames, type FaultKind } from "../../../api/kind.ts";

const spec = {
	type: "object",
	required: true,
	description: "Where a note is left, and what it says.",
	fields: {
		...common,
		containerNames,
		text: { type: "string", required: true, description: "What the note says.", maxLength: 64 },
	},
	rules: commonRules,
} as const satisfies ObjectField;

/** `spec` of a ToyChaos. */
export type ToyChaosSpec = ValueOf<typeof spec>;

/** ToyChaos: a note in a file of the container. */
export const toyChaos = {
	kind: "ToyChaos",
	plural: "toychaos",
	description: "A note in a file of the container.",
	spec,
	traits: { targets: "container", where: "node", oneShot: false },
} as const satisfies FaultKind;
