import * as pulumi from "@pulumi/pulumi";
import * as chaos from "pulumi-chaos";

// The cluster comes from the stack's configuration: pulumi-chaos:kubeconfig and pulumi-chaos:context.
const config = new pulumi.Config();
const pods = (app: string) => ({ namespaces: [config.require("namespace")], labelSelectors: { app } });

// Half of these pods, rounded up, run an image that does nothing: does the other half carry the load?
const failing = new chaos.PodChaos("half-fails", {
	action: "pod-failure",
	mode: "fixed-percent",
	value: "50",
	selector: pods(config.require("failing")),
	duration: "10m",
});

// Then one of those pods is killed, once; a new round kills another.
const killed = new chaos.PodChaos(
	"one-is-killed",
	{
		action: "pod-kill",
		mode: "one",
		selector: pods(config.require("killed")),
		triggers: [config.require("round")],
	},
	{ dependsOn: failing },
);

export const failingPods = failing.targets;
export const killedPod = killed.targets;
