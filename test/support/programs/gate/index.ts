import * as pulumi from "@pulumi/pulumi";
import * as chaos from "pulumi-chaos";

const config = new pulumi.Config();
const cluster = { kubeconfig: config.require("kubeconfig") };

const well = new chaos.Probe("front-answers", {
	cluster,
	type: "http",
	http: { url: config.require<chaos.HttpUrl>("url") },
	waitTimeout: "20s",
});

new chaos.NetworkChaos(
	"cut",
	{ cluster, action: "partition", mode: "all", selector: { labelSelectors: { app: "front" } } },
	{ dependsOn: well },
);

export const { outcome, samples } = well;
