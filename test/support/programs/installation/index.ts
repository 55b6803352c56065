import * as pulumi from "@pulumi/pulumi";
import * as chaos from "pulumi-chaos";

// The system alone, as a stack of its own: what one team installs for a cluster.
const config = new pulumi.Config();

export const namespace = new chaos.Installation("chaos", {
	cluster: { kubeconfig: config.require("kubeconfig") },
	image: config.require("image"),
	defaultDuration: config.get("defaultDuration") ?? "1h",
	verifySeconds: config.getNumber("verifySeconds") ?? 2,
}).namespace;
