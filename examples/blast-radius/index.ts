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

function deployment(app: string, replicas: number): kubernetes.apps.v1.Deployment {
	const labels = { app };
	const containers = [{ name: "server", image: config.require("image") }];
	const template = { metadata: { labels }, spec: { containers } };
	const metadata = { name: app, namespace: namespace.metadata.name };
	return new kubernetes.apps.v1.Deployment(
		app,
		{ metadata, spec: { replicas, selector: { matchLabels: labels }, template } },
		{ provider },
	);
}

const front = deployment("front", 7);
deployment("back", 15);

// Who is hit is the Deployment's own business: its namespace and labels are not said again.
const cut = config.requireBoolean("attack")
	? new NetworkChaos("front-alone", {
			namespace: namespace.metadata.name,
			action: "partition",
			mode: "all",
			selector: podsOf(front),
			limit: { targets: config.requireNumber("limit") },
			duration: "5m",
		})
	: undefined;

export const targets = cut?.targets;
