import { homedir } from "node:os";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type HttpUrl, Probe, type Verdict } from "pulumi-chaos";

const config = new pulumi.Config();
const version = config.require("version");

// First gate: what the experiment of another stack has said about the system.
const name = config.require("attack");
const attack = new pulumi.StackReference(name);
const verdict = attack.getOutput("verdict").apply((said?: Verdict) => {
	if (said === "passed") return said;
	throw new pulumi.RunError(
		`nothing is released: the verdict of the experiment in ${name} is ${said === undefined ? "not there yet" : `"${said}"`}, not "passed"`,
	);
});
// Outputs are of the last `up` that succeeded. A round that has failed since is known to the object in the cluster only.
const experiment = pulumi.all([attack.getOutput("experiment"), verdict]).apply(([object]) => object);
const passed = new Probe("attack-passed", {
	type: "object",
	object: {
		apiVersion: "chaos-mesh.org/v1alpha1",
		kind: "NetworkChaos",
		namespace: experiment.apply(({ namespace }) => namespace),
		name: experiment.apply(({ name }) => name),
		field: "status.verdict",
		criteria: { equals: "passed" },
	},
	interval: "2s",
	triggers: [version],
});

// Second gate: the system is well now. Each release has to find it so.
const well = new Probe("front-answers", {
	type: "http",
	http: { url: config.require<HttpUrl>("url"), criteria: { statusCode: "200" } },
	interval: "2s",
	timeout: "3s",
	tolerance: 2,
	triggers: [version, verdict],
});

// What is released stands for any resource: it is only begun when both gates are open.
const chaos = new pulumi.Config("pulumi-chaos");
const context = chaos.get("context");
const provider = new kubernetes.Provider("cluster", {
	kubeconfig: chaos.require("kubeconfig").replace(/^~(?=\/)/, homedir()),
	...(context && { context }),
});
new kubernetes.core.v1.ConfigMap(
	"release",
	{ metadata: { name: "release", namespace: config.require("namespace") }, data: { version } },
	{ provider, dependsOn: [passed, well] },
);

export const outcome = well.outcome;
