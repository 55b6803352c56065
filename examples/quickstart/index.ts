import * as pulumi from "@pulumi/pulumi";
import { NetworkChaos } from "pulumi-chaos";

const config = new pulumi.Config();
const namespace = config.require("namespace");

// The cluster comes from the stack's configuration: pulumi-chaos:kubeconfig and pulumi-chaos:context.
const cut = new NetworkChaos("front-without-back", {
	action: "partition",
	mode: "all",
	selector: { namespaces: [namespace], labelSelectors: { app: "front" } },
	direction: "both",
	target: { mode: "all", selector: { namespaces: [namespace], labelSelectors: { app: "back" } } },
	duration: config.require("duration"),
});

export const phase = cut.phase;
export const targets = cut.targets;
