import { domainPattern } from "../../api/domain-pattern.ts";
import type { ObjectField, ValueOf } from "../../api/field.ts";
import { common, commonFields, commonRules, containerNames, type FaultKind } from "../../api/kind.ts";

const spec = {
	type: "object",
	required: true,
	description: "Which containers get wrong answers to which names, and for how long.",
	fields: {
		...common,
		containerNames,
		action: {
			type: "string",
			required: true,
			description: "`error` answers that the server failed, `random` with an address that is made up.",
			enum: ["error", "random"],
		},
		patterns: {
			type: "array",
			description: "Domain names that are hit; default: all.",
			maxItems: 256,
			items: {
				type: "string",
				description: "A domain name; `?` stands for one character, `*` at the end for the rest.",
				grammar: domainPattern,
			},
		},
	},
	variants: {
		by: "action",
		of: {
			error: { description: "Answers that the server failed.", needs: [], allows: [] },
			random: { description: "Answers with an address that is made up.", needs: [], allows: [] },
		},
		shared: [...commonFields, "containerNames", "patterns"],
	},
	rules: commonRules,
} as const satisfies ObjectField;

/** `spec` of a DNSChaos. */
export type DNSChaosSpec = ValueOf<typeof spec>;

/** DNSChaos: names that don't resolve, or to the wrong address. */
export const dnsChaos = {
	kind: "DNSChaos",
	plural: "dnschaos",
	description: "Names don't resolve, or to the wrong address.",
	spec,
	pending: true,
	traits: { targets: "container", where: "node", oneShot: false },
} as const satisfies FaultKind;
