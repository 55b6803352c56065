import * as pulumi from "@pulumi/pulumi";
import * as chaos from "pulumi-chaos";

// The cluster comes from the stack's configuration: pulumi-chaos:kubeconfig and pulumi-chaos:context.
const config = new pulumi.Config();
const pods = (app: string) => ({
	mode: "all" as const,
	selector: { namespaces: [config.require("namespace")], labelSelectors: { app } },
});

// The database has a bad day: do those that ask it time out, and say so, before those that ask them do?
const slow = new chaos.NetworkChaos("slow-database", {
	action: "delay",
	...pods(config.require("clients")),
	target: pods(config.require("database")),
	delay: { latency: config.require("latency"), jitter: config.require("jitter") },
	duration: "10m",
});

export const slowed = slow.targets;
