import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const provider = new kubernetes.Provider("cluster", { kubeconfig: config.require("kubeconfig") });

class KubernetesObject extends pulumi.CustomResource {
	declare readonly metadata: pulumi.Output<{ name: string; namespace?: string }>;

	constructor(token: string, inputs: object) {
		super(token, "object", { metadata: undefined, ...inputs }, { provider });
	}
}

export const name = new KubernetesObject(config.require("token"), config.requireObject<object>("inputs")).metadata.name;
