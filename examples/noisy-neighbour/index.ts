import * as pulumi from "@pulumi/pulumi";
import * as chaos from "pulumi-chaos";

// The cluster comes from the stack's configuration: pulumi-chaos:kubeconfig and pulumi-chaos:context.
const config = new pulumi.Config();

// One pod has a busy day: do requests and limits keep the others of its node, and those that call it, from feeling it?
const noisy = new chaos.StressChaos("noisy-neighbour", {
	mode: "one",
	selector: { namespaces: [config.require("namespace")], labelSelectors: { app: config.require("noisy") } },
	stressors: {
		cpu: { workers: config.requireNumber("workers"), load: config.requireNumber("load") },
		// Little by little, as it is with what leaks.
		memory: { workers: 1, size: config.require("memory"), options: ["--time", "5s"] },
	},
	duration: "10m",
});

export const noisyContainer = noisy.targets;
