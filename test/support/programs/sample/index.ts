import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { SampleApplication } from "../../../../examples/sample-application";

// The application that the end-to-end tests attack, as a stack of its own.
const config = new pulumi.Config();
const provider = new kubernetes.Provider("cluster", { kubeconfig: config.require("kubeconfig") });

export const namespace = new SampleApplication(
	"sample",
	{ namespace: config.require("namespace"), image: config.require("image") },
	{ provider },
).namespace;
