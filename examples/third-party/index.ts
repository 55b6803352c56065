import * as pulumi from "@pulumi/pulumi";
import { NetworkChaos } from "pulumi-chaos";

// The cluster comes from the stack's configuration: pulumi-chaos:kubeconfig and pulumi-chaos:context.
const config = new pulumi.Config();

// Whatever addresses the host has while this runs: does the application time out, and say so, and come back?
const down = new NetworkChaos("third-party-down", {
	action: "partition",
	mode: "all",
	selector: { namespaces: [config.require("namespace")], labelSelectors: { app: config.require("app") } },
	externalTargets: [config.require("host")],
	duration: config.require("duration"),
});

export const phase = down.phase;
export const targets = down.targets;
