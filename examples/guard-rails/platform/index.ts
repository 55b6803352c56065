import * as pulumi from "@pulumi/pulumi";
import * as chaos from "pulumi-chaos";

// The cluster comes from the stack's configuration: pulumi-chaos:kubeconfig and pulumi-chaos:context.
const config = new pulumi.Config();
const environment = config.require("environment");
const accountable = config.requireBoolean("accountable");

export const rails = new chaos.GuardRails(environment, {
	environment,
	namespaces: config.requireObject<string[]>("namespaces"),
	maxShare: config.requireNumber("maxShare"),
	maxDuration: config.require("maxDuration") as chaos.Duration,
	requireOwner: accountable,
	requireReason: accountable,
}).name;
