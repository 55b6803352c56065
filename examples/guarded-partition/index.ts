import * as pulumi from "@pulumi/pulumi";
import * as chaos from "pulumi-chaos";

// The cluster comes from the stack's configuration: pulumi-chaos:kubeconfig and pulumi-chaos:context.
const config = new pulumi.Config();
const podsOf = (app: string) => ({
	mode: "all" as const,
	selector: { namespaces: [config.require("namespace")], labelSelectors: { app } },
});

// Is the front still there for its users when a service behind it is cut off? Nothing is cut off unless it is well before; and when it
// answers with an error twice in a row, the network is put back at once, by the cluster itself.
const guarded = new chaos.NetworkChaos("guarded-partition", {
	action: "partition",
	...podsOf(config.require("from")),
	target: podsOf(config.require("to")),
	direction: "both",
	duration: "10m",
	probes: [
		{
			name: "front-answers",
			type: "http",
			http: { url: config.require<chaos.HttpUrl>("url"), criteria: { statusCode: "200" } },
			when: ["before", "during", "after"],
			interval: "2s",
			timeout: "3s",
			tolerance: 1,
		},
	],
	triggers: [config.require("round")],
});

export const phase = guarded.phase;
export const verdict = guarded.verdict;
export const probes = guarded.probes;
