import * as pulumi from "@pulumi/pulumi";
import * as chaos from "pulumi-chaos";

// The cluster comes from the stack's configuration: pulumi-chaos:kubeconfig and pulumi-chaos:context.
const config = new pulumi.Config();

// One service lives an hour ahead of the others: are its tokens accepted, do its locks and caches expire, in which order are its
// events? Only the time of day is moved; timers and time-outs, which count by CLOCK_MONOTONIC, go on as before.
const ahead = new chaos.TimeChaos("clock-ahead", {
	mode: "all",
	selector: { namespaces: [config.require("namespace")], labelSelectors: { app: config.require("app") } },
	timeOffset: config.require<chaos.TimeOffset>("offset"),
	clockIds: ["CLOCK_REALTIME"],
	duration: "10m",
});

export const targets = ahead.targets;
