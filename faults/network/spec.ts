import type { ObjectField, ValueOf } from "../../api/field.ts";
import { common, commonFields, commonRules, type FaultKind } from "../../api/kind.ts";
import { deviceName } from "../../api/names.ts";
import { podSelector } from "../../api/selector.ts";
import { externalTarget } from "./external-target.ts";
import { combined, shaping, shapingRules } from "./shaping.ts";

const between = ["direction", "target", "externalTargets", "device", "targetDevice"] as const;

const spec = {
	type: "object",
	required: true,
	description: "What is done to packets, between whom, and for how long.",
	fields: {
		...common,
		action: {
			type: "string",
			required: true,
			description:
				"What is done to packets: `partition` drops them all, `netem` does several of the others at once, `bandwidth` slows them down by a bucket of tokens.",
			enum: ["partition", "delay", "loss", "duplicate", "corrupt", "rate", "netem", "bandwidth"],
		},
		direction: {
			type: "string",
			description: "Which packets: `to` the other side, `from` it, or `both`; seen from the selected pods.",
			enum: ["to", "from", "both"],
			default: "to",
		},
		target: {
			...podSelector,
			description: "Pods on the other side. Without it and without externalTargets the other side is everybody.",
		},
		externalTargets: {
			type: "array",
			description:
				"Addresses, CIDRs, host names and Services on the other side, IPv4 and IPv6, each with a port or for all ports, besides those of `target`. A host name is looked up by the controller again and again while the experiment runs; `<service>.<namespace>.svc` stands for the addresses of the Service and of the pods behind it.",
			maxItems: 256,
			items: {
				type: "string",
				description: "An IP address, a CIDR or a full host name, with or without a port.",
				grammar: externalTarget,
			},
		},
		device: {
			type: "string",
			description: "Only packets through this network device of the selected pods; default: all devices but loopback.",
			grammar: deviceName,
		},
		targetDevice: {
			type: "string",
			description: "As `device`, of the pods that `target` selects.",
			grammar: deviceName,
		},
		...shaping,
	},
	variants: {
		by: "action",
		of: {
			partition: { description: "Drops all packets.", needs: [], allows: [] },
			delay: { description: "Holds packets back.", needs: ["delay"], allows: [] },
			loss: { description: "Loses some packets.", needs: ["loss"], allows: [] },
			duplicate: { description: "Sends some packets twice.", needs: ["duplicate"], allows: [] },
			corrupt: { description: "Turns a bit in some packets.", needs: ["corrupt"], allows: [] },
			rate: { description: "Limits how fast packets are sent.", needs: ["rate"], allows: [] },
			netem: {
				description: "Does several at once: delay, loss, duplicate, corrupt and rate, at least one of them.",
				needs: [],
				allows: combined,
			},
			bandwidth: {
				description: "Limits how fast packets are sent by a bucket of tokens, with limits of its own.",
				needs: ["bandwidth"],
				allows: [],
			},
		},
		shared: [...commonFields, ...between],
	},
	rules: [...commonRules, ...shapingRules],
} as const satisfies ObjectField;

/** `spec` of a NetworkChaos. */
export type NetworkChaosSpec = ValueOf<typeof spec>;

/** NetworkChaos: faults of the network between pods, or between pods and the world. */
export const networkChaos = {
	kind: "NetworkChaos",
	plural: "networkchaos",
	description: "A fault of the network between pods, or between pods and the world outside.",
	spec,
	traits: { targets: "pod", where: "node", oneShot: false },
} as const satisfies FaultKind;
