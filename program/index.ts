import { homedir } from "node:os";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { Installation, NetworkChaos } from "pulumi-chaos";
import { SampleApplication } from "../examples/sample-application";

const config = new pulumi.Config();
const namespace = config.require("namespace");

const system = new Installation("chaos", {
	image: config.require("image"),
	imagePullPolicy: config.require<"Always" | "IfNotPresent" | "Never">("imagePullPolicy"),
	defaultDuration: config.require("defaultDuration"),
	verifySeconds: config.requireNumber("verifySeconds"),
});

const parts: pulumi.Resource[] = [system];
const sampleImage = config.require("sampleImage");
if (sampleImage !== "") {
	const context = config.get("context");
	const provider = new kubernetes.Provider("sample", {
		kubeconfig: config.require("kubeconfig").replace(/^~(?=\/)/, homedir()),
		...(context && { context }),
	});
	parts.push(new SampleApplication("sample", { namespace, image: sampleImage }, { provider }));
}

// The blast radius is the stack's: see Pulumi.dev.yaml, Pulumi.staging.yaml, Pulumi.prod.yaml.
const cut = config.requireBoolean("attack")
	? new NetworkChaos(
			"front-without-back",
			{
				action: "partition",
				mode: config.require<"one" | "all">("mode"),
				selector: { namespaces: [namespace], labelSelectors: { app: "front" } },
				direction: config.require<"to" | "from" | "both">("direction"),
				target: { mode: "all", selector: { namespaces: [namespace], labelSelectors: { app: "back" } } },
				duration: config.require("duration"),
			},
			{ dependsOn: parts },
		)
	: undefined;

export const systemNamespace = system.namespace;
export const phase = cut?.phase;
export const targets = cut?.targets;
