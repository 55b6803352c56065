import * as pulumi from "@pulumi/pulumi";
import { Installation } from "pulumi-chaos";

// The cluster comes from the stack's configuration: pulumi-chaos:kubeconfig and pulumi-chaos:context.
const config = new pulumi.Config();

export const namespace = new Installation("chaos", {
	image: config.require("image"),
	defaultDuration: config.require("defaultDuration"),
	leaseSeconds: config.requireNumber("leaseSeconds"),
	verifySeconds: config.requireNumber("verifySeconds"),
	controller: {
		allowHostNetwork: config.requireBoolean("allowHostNetwork"),
		probes: { exec: config.requireBoolean("probeExec") },
	},
	daemon: { privileged: config.requireBoolean("privileged") },
	drainTimeout: config.require("drainTimeout"),
}).namespace;
