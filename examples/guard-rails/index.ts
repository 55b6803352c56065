import * as pulumi from "@pulumi/pulumi";
import * as chaos from "pulumi-chaos";

// The cluster comes from the stack's configuration, and with it what that cluster has to be: pulumi-chaos:environment.
const config = new pulumi.Config();
const selector = { namespaces: [config.require("namespace")], labelSelectors: { app: "back" } };

const slow = new chaos.NetworkChaos("slow-back-ends", {
	action: "delay",
	mode: "fixed-percent",
	value: String(config.requireNumber("share")),
	selector,
	delay: { latency: "200ms" },
	duration: config.require("duration"),
	ownerTeam: "checkout",
	reason: "does the front end still answer within its promise",
});

export const slowed = slow.targets;
