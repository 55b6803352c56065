import type { Reference } from "../../api/reference.ts";

/** Prose and examples of NetworkChaos. */
export const reference: Reference = [
	{
		variant: "partition",
		done: "One nftables table in the network namespace of each pod drops the packets, at the selected pods and at those of `target`: a packet to a Service carries the Service's address where it is sent, so only the receiving end can tell which pod it was for. Nobody is told: connections hang until they time out, new ones are not refused. IPv4 and IPv6; loopback is left alone.",
		undone:
			"The table is removed, and nothing else of the pod is touched. The daemon of the node does it by itself when the time is over.",
		needs:
			"Nodes whose kernel has nftables. Pods with a network of their own: those with `hostNetwork: true` are refused, and the others are hit.",
		example: {
			name: "front-loses-back",
			spec: {
				action: "partition",
				mode: "all",
				selector: { namespaces: ["shop"], labelSelectors: { app: "front" } },
				direction: "both",
				target: { mode: "all", selector: { namespaces: ["shop"], labelSelectors: { app: "back" } } },
				duration: "10m",
			},
		},
	},
];
