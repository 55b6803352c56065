import * as pulumi from "@pulumi/pulumi";
import * as chaos from "pulumi-chaos";

// Experiments from the configuration: logical name -> arguments.
const config = new pulumi.Config();
const kubeconfig = config.require("kubeconfig");
const experiments = config.requireObject<Record<string, chaos.NetworkChaosArgs>>("experiments");

export const phases = Object.fromEntries(
	Object.entries(experiments).map(([name, args]) => [
		name,
		new chaos.NetworkChaos(name, { cluster: { kubeconfig }, ...args }).phase,
	]),
);
