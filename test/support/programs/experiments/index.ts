import * as pulumi from "@pulumi/pulumi";
import * as chaos from "pulumi-chaos";

// Experiments from the configuration: logical name -> arguments, and `kind` when it is not NetworkChaos.
const config = new pulumi.Config();
const kubeconfig = config.require("kubeconfig");
const experiments = config.requireObject<Record<string, Experiment>>("experiments");

type Experiment = (chaos.NetworkChaosArgs & { kind?: "NetworkChaos" }) | (chaos.PodChaosArgs & { kind: "PodChaos" });

function phaseOf(name: string, experiment: Experiment): pulumi.Output<string> {
	const cluster = { kubeconfig };
	if (experiment.kind === "PodChaos") {
		const { kind: _, ...args } = experiment;
		return new chaos.PodChaos(name, { cluster, ...args }).phase;
	}
	const { kind: _, ...args } = experiment;
	return new chaos.NetworkChaos(name, { cluster, ...args }).phase;
}

export const phases = Object.fromEntries(
	Object.entries(experiments).map(([name, experiment]) => [name, phaseOf(name, experiment)]),
);
