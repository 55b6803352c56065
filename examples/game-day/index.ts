import * as pulumi from "@pulumi/pulumi";
import * as chaos from "pulumi-chaos";

// The cluster comes from the stack's configuration: pulumi-chaos:kubeconfig and pulumi-chaos:context.
const config = new pulumi.Config();
const namespace = config.require("namespace");
const podsOf = (app: string) => ({ namespaces: [namespace], labelSelectors: { app } });

/** A user is served, before, while and after something is broken. Two bad answers in a row are too many. */
const usersAreServed: chaos.HttpExperimentProbe = {
	name: "users-are-served",
	type: "http",
	http: { url: config.require<chaos.HttpUrl>("url"), criteria: { statusCode: "200" } },
	interval: "2s",
	timeout: "3s",
	tolerance: 1,
};

// The network between the front and the back end is slow.
new chaos.NetworkChaos("slow-back-end", {
	action: "delay",
	mode: "all",
	selector: podsOf("front"),
	target: { mode: "all", selector: podsOf("back") },
	delay: { latency: config.require<chaos.Duration>("latency") },
	duration: "10m",
	probes: [usersAreServed],
});

// And one pod of the store behind it is killed: the others have to do.
new chaos.PodChaos("one-store-less", {
	action: "pod-kill",
	mode: "one",
	selector: podsOf("store"),
	limit: { targets: 1 },
});
