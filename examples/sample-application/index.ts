import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type SampleSettings, sampleManifests } from "./manifests";

/** Arguments of a SampleApplication. */
export type SampleApplicationArgs = SampleSettings<pulumi.Input<string>>;

/**
 * An application to attack: a front, a back end and a store, three pods and a Service each, in a namespace of their own. The
 * front asks the back end, which asks the store. The command `reach` in any pod tells which peers it reaches and how fast.
 */
export class SampleApplication extends pulumi.ComponentResource {
	/** The namespace, once it exists. */
	readonly namespace: pulumi.Output<string>;

	constructor(name: string, args: SampleApplicationArgs, opts?: pulumi.ComponentResourceOptions) {
		super("examples:index:SampleApplication", name, {}, opts);
		const parent = { parent: this };
		const namespace = new kubernetes.core.v1.Namespace(
			name,
			{ metadata: sampleManifests(args).namespace.metadata },
			parent,
		);
		const { services, deployments } = sampleManifests({ ...args, namespace: namespace.metadata.name });
		for (const { metadata, spec } of services) {
			new kubernetes.core.v1.Service(`${name}-${metadata.name}`, { metadata, spec }, parent);
		}
		for (const { metadata, spec } of deployments) {
			new kubernetes.apps.v1.Deployment(`${name}-${metadata.name}`, { metadata, spec }, parent);
		}
		this.namespace = namespace.metadata.name;
		this.registerOutputs({ namespace: this.namespace });
	}
}
