import type { Reference, ReferenceEntry } from "../../api/reference.ts";

const front = { namespaces: ["shop"], labelSelectors: { app: "front" } };
const back = { mode: "all", selector: { namespaces: ["shop"], labelSelectors: { app: "back" } } };

const where =
	"Without `target` and `externalTargets` it is done to what the selected pods send (`to`), receive (`from`) or both. Between the selected pods and those of `target` each packet is hit once, also through a Service: answers of a server where they are sent, all else where it is received, so both sides are targets. IPv4 and IPv6; loopback is left alone. With other experiments on the same pod it adds up.";
const undone =
	"The pod's own devices, rules and qdiscs are as they were; packets that were held back at that moment are lost. The daemon of the node does it by itself when the time is over.";
const modules = (own: string): string =>
	`Nodes whose kernel has nftables, \`sch_htb\`, \`ifb\`, \`cls_u32\`, \`act_mirred\` and ${own}; where one lacks something, the packet engine of its daemon does the same (\`nfnetlink_queue\`, and \`nft_queue\` or \`xt_NFQUEUE\`). Pods with a network of their own, and not more than six such experiments on one pod.`;

/** Variants by netem, all of one make. */
function byNetem(variant: string, done: string, name: string, spec: object): ReferenceEntry {
	return {
		variant,
		done: `${done} ${where}`,
		undone,
		needs: modules("`sch_netem`"),
		example: { name, spec: { action: variant, mode: "all", selector: front, ...spec, duration: "10m" } },
	};
}

/** Prose and examples of NetworkChaos. */
export const reference: Reference = [
	{
		variant: "partition",
		done: "One nftables table in the network namespace of each pod drops the packets, at the selected pods and at those of `target`: a packet to a Service carries the Service's address where it is sent, so only the receiving end can tell which pod it was for. Nobody is told: connections hang until they time out, new ones are not refused. IPv4 and IPv6; loopback is left alone.",
		undone:
			"The table is removed, and nothing else of the pod is touched. The daemon of the node does it by itself when the time is over.",
		needs:
			"Nodes whose kernel has nftables. Pods with a network of their own: those with `hostNetwork: true` are refused, and the others are hit. Where the installation allows it (`controller: { allowHostNetwork: true }`) they are hit too, and all of their node with them: from a `target` or `externalTargets` only, never from the API server and the chaos system, and not where the API server runs.",
		example: {
			name: "front-loses-back",
			spec: {
				action: "partition",
				mode: "all",
				selector: front,
				direction: "both",
				target: back,
				duration: "10m",
			},
		},
	},
	byNetem(
		"delay",
		"Packets are held back for `latency`, more or less by up to `jitter`, which may depend on the packet before (`correlation`). With `reorder` some are sent at once and overtake the others.",
		"slow-back",
		{ delay: { latency: "100ms", jitter: "20ms" }, target: back, direction: "both" },
	),
	byNetem("loss", "Packets are lost by chance. TCP sends them again, ever more slowly; UDP does not.", "lossy-world", {
		loss: { loss: "10", correlation: "25" },
		externalTargets: ["203.0.113.0/24", "198.51.100.7:443"],
	}),
	byNetem(
		"duplicate",
		"Packets arrive twice by chance. TCP throws the second one away; UDP does not. Kernels since 2025 allow it only while no other experiment shapes the same direction of the pod.",
		"echoes",
		{ duplicate: { duplicate: "20" } },
	),
	byNetem(
		"corrupt",
		"A bit of some packets is turned. Checksums find nearly all of them, so they are as good as lost; what has none arrives wrong.",
		"noise",
		{ corrupt: { corrupt: "5" } },
	),
	{
		variant: "rate",
		done: `What goes faster than \`rate\` waits, up to 1.5 MB of it, and is lost beyond that. All packets of the experiment on one pod share the rate, those that it sends and those that it receives have one each. ${where}`,
		undone,
		needs: `${modules("`sch_tbf`")} A direction of a pod can have one limit of its rate.`,
		example: {
			name: "thin-line",
			spec: {
				action: "rate",
				mode: "all",
				selector: front,
				rate: { rate: "1mbit" },
				direction: "both",
				duration: "10m",
			},
		},
	},
	{
		variant: "netem",
		done: `Several of delay, loss, duplicate, corrupt and rate in one: a packet that is not lost is held back, and then waits for its turn. ${where}`,
		undone,
		needs: `${modules("`sch_netem`, with a rate also `sch_tbf`")} A direction of a pod can have one limit of its rate.`,
		example: {
			name: "satellite",
			spec: {
				action: "netem",
				mode: "all",
				selector: front,
				delay: { latency: "300ms", jitter: "30ms" },
				loss: { loss: "1" },
				rate: { rate: "5mbit" },
				duration: "10m",
			},
		},
	},
	{
		variant: "bandwidth",
		done: `As \`rate\`, with the numbers of \`tc-tbf\`: \`buffer\` bytes may pass at once, \`limit\` bytes may wait. A \`buffer\` below the size of a packet lets nothing pass. ${where}`,
		undone,
		needs: `${modules("`sch_tbf`")} A direction of a pod can have one limit of its rate.`,
		example: {
			name: "bucket",
			spec: {
				action: "bandwidth",
				mode: "all",
				selector: front,
				bandwidth: { rate: "1mbps", limit: 2_097_152, buffer: 10_000 },
				duration: "10m",
			},
		},
	},
];
