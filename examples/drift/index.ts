import { homedir } from "node:os";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { NetworkChaos, podsOf } from "pulumi-chaos";

const config = new pulumi.Config();
// The cluster of the experiment comes from the stack's configuration; that of the application is the same.
const chaos = new pulumi.Config("pulumi-chaos");
const context = chaos.get("context");
const provider = new kubernetes.Provider("cluster", {
	kubeconfig: chaos.require("kubeconfig").replace(/^~(?=\/)/, homedir()),
	...(context && { context }),
});

const namespace = new kubernetes.core.v1.Namespace(
	"application",
	{ metadata: { name: config.require("namespace") } },
	{ provider },
);

const labels = { app: "front" };
const front = new kubernetes.apps.v1.Deployment(
	"front",
	{
		metadata: { name: "front", namespace: namespace.metadata.name },
		spec: {
			replicas: config.requireNumber("replicas"),
			selector: { matchLabels: labels },
			template: { metadata: { labels }, spec: { containers: [{ name: "server", image: config.require("image") }] } },
		},
	},
	{ provider },
);

const cut = new NetworkChaos("front-alone", {
	namespace: namespace.metadata.name,
	action: "partition",
	mode: "all",
	selector: podsOf(front),
	follow: config.requireBoolean("follow"),
	reason: "to see what drifts",
	duration: config.require("duration"),
});

export const experiment = cut.name;
export const phase = cut.phase;
export const message = cut.message;
export const targets = cut.targets;
