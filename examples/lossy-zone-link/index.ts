import * as pulumi from "@pulumi/pulumi";
import * as chaos from "pulumi-chaos";

// The cluster comes from the stack's configuration: pulumi-chaos:kubeconfig and pulumi-chaos:context.
const config = new pulumi.Config();
const podsIn = (zone: string) => ({
	mode: "all" as const,
	selector: {
		namespaces: [config.require("namespace")],
		nodeSelectors: { "topology.kubernetes.io/zone": zone },
	},
});

// The link between two zones loses packets, as it is when a path of several is bad: what is lost comes in bursts.
const lossy = new chaos.NetworkChaos("lossy-zone-link", {
	action: "loss",
	...podsIn(config.require("zone")),
	target: podsIn(config.require("otherZone")),
	direction: "both",
	loss: { loss: config.require("loss"), correlation: "25" },
	duration: "10m",
});

export const hit = lossy.targets;
