import * as pulumi from "@pulumi/pulumi";
import * as chaos from "pulumi-chaos";

// The cluster comes from the stack's configuration: pulumi-chaos:kubeconfig and pulumi-chaos:context.
const config = new pulumi.Config();

// Do users bear it when a service behind the front is slow? Once the time is over the cluster says so: its verdict.
const attack = new chaos.NetworkChaos("slow", {
	action: "delay",
	mode: "all",
	selector: { namespaces: [config.require("namespace")], labelSelectors: { app: config.require("app") } },
	delay: { latency: config.require<chaos.Duration>("latency") },
	duration: config.require<chaos.Duration>("duration"),
	probes: [
		{
			name: "front-answers",
			type: "http",
			http: { url: config.require<chaos.HttpUrl>("url"), criteria: { statusCode: "200" } },
			interval: "2s",
			timeout: "3s",
			tolerance: 1,
		},
	],
	triggers: [config.require("round")],
});

export const experiment = { namespace: attack.namespace, name: attack.name };
export const verdict = attack.verdict;
export const probes = attack.probes;
