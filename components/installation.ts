import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { crd } from "../api/crd.ts";
import { emergencyStopDefinition, emergencyStopPlural } from "../api/emergency-stop.ts";
import { nodeReportDefinition, nodeReportPlural } from "../api/node-report.ts";
import { ownProbe, ownProbeDefinition } from "../api/own-probe.ts";
import { guardRailsDefinition, guardRailsPlural } from "../guard-rails/object.ts";
import { allKinds } from "../orchestration/kinds.ts";
import type { ClusterReference } from "../provider/cluster/reference.ts";
import { clusterOf } from "../provider/program.ts";
import { clusterProvider } from "./cluster-provider.ts";
import { ChaosController, type ChaosControllerArgs } from "./controller.ts";
import { ChaosDaemon, type ChaosDaemonArgs } from "./daemon.ts";
import { Drain } from "./drain.ts";
import type { ImageArgs, LogLevelInput } from "./image.ts";
import { commonLabels } from "./labels.ts";
import { ChaosWebhooks } from "./webhooks.ts";

/** Arguments of an Installation. */
export interface InstallationArgs extends ImageArgs {
	/**
	 * The cluster. Default: that of the stack's configuration (`pulumi-chaos:kubeconfig`, `pulumi-chaos:context`). It is needed
	 * also when a provider of `@pulumi/kubernetes` is given in the options: the Drain goes by it.
	 */
	cluster?: ClusterReference | undefined;
	/** Namespace to make and install into. Default: `pulumi-chaos`. */
	namespace?: pulumi.Input<string> | undefined;
	/** How long an experiment without a duration runs, such as `"30m"`. Default: `"1h"`. */
	defaultDuration?: pulumi.Input<string> | undefined;
	/**
	 * Seconds, 20 to 3600, for which nodes keep faults in place without a word from the controller: when it is gone for longer, or cut
	 * off, they take them out by themselves. Default: 60.
	 */
	leaseSeconds?: pulumi.Input<number> | undefined;
	/** Seconds between two looks of a daemon at every target, 0.1 to 3600. Default: 10. */
	verifySeconds?: pulumi.Input<number> | undefined;
	/** Longest wait for the recovery of all experiments when this is destroyed. Default: `"5m"`. */
	drainTimeout?: pulumi.Input<string> | undefined;
	/** Lowest log level of controller and daemons. Default: `info`. */
	logLevel?: LogLevelInput | undefined;
	/** What is special about the controller. */
	controller?: Pick<ChaosControllerArgs, "resources" | "replicas" | "allowHostNetwork" | "probes"> | undefined;
	/** What is special about the daemons. */
	daemon?: Pick<ChaosDaemonArgs, "resources" | "tolerations" | "nodeSelector" | "privileged"> | undefined;
}

/**
 * All that a cluster needs to run experiments, once a cluster: CRDs, controller, daemons, webhooks. Destroying it recovers every experiment
 * first. Let experiments in the same program depend on it (`dependsOn`).
 *
 * @example
 * const chaos = new Installation("chaos", {
 *   cluster: { kubeconfig: "~/.kube/config", context: "staging" },
 *   image: "registry.example.com/pulumi-chaos:0.1.0",
 * });
 */
export class Installation extends pulumi.ComponentResource {
	/** Namespace of controller and daemons. */
	readonly namespace: pulumi.Output<string>;

	constructor(name: string, args: InstallationArgs, opts: pulumi.ComponentResourceOptions = {}) {
		super("pulumi-chaos:index:Installation", name, {}, opts);
		const cluster = clusterOf(args.cluster);
		const part = this.partOptions(name, cluster, opts);

		const namespace = this.makeNamespace(name, args, part);
		const definitions = this.makeDefinitions(name, part);
		const system = { ...systemArgs(args), namespace };
		const controller = new ChaosController(
			`${name}-controller`,
			{ ...system, ...args.controller, defaultDuration: args.defaultDuration, leaseSeconds: args.leaseSeconds },
			{ ...part, dependsOn: definitions },
		);
		// The kubelet waits for the daemon's certificate by itself, but with growing pauses: better when it is there.
		const daemon = new ChaosDaemon(
			`${name}-daemon`,
			{ ...system, ...args.daemon, verifySeconds: args.verifySeconds },
			{ ...part, dependsOn: controller },
		);
		const webhooks = new ChaosWebhooks(`${name}-webhooks`, { namespace }, { ...part, dependsOn: controller });
		new Drain(
			`${name}-drain`,
			{ cluster, timeout: args.drainTimeout },
			{ parent: this, dependsOn: [...definitions, controller, daemon, webhooks] },
		);

		this.namespace = namespace;
		this.registerOutputs({ namespace });
	}

	/** Parts go through the provider that the options bring, else through one for the cluster. */
	private partOptions(
		name: string,
		cluster: ClusterReference,
		opts: pulumi.ComponentResourceOptions,
	): { parent: pulumi.Resource; provider?: pulumi.ProviderResource } {
		if (opts.provider || opts.providers) return { parent: this };
		return { parent: this, provider: clusterProvider("Installation", `${name}-cluster`, cluster, { parent: this }) };
	}

	private makeNamespace(
		name: string,
		args: InstallationArgs,
		part: pulumi.CustomResourceOptions,
	): pulumi.Output<string> {
		const labels = { ...commonLabels, "pod-security.kubernetes.io/enforce": "privileged" };
		const metadata = { name: args.namespace ?? "pulumi-chaos", labels };
		return new kubernetes.core.v1.Namespace(name, { metadata }, part).metadata.name;
	}

	private makeDefinitions(name: string, part: pulumi.CustomResourceOptions): pulumi.Resource[] {
		const own = [
			[emergencyStopPlural, emergencyStopDefinition()],
			[guardRailsPlural, guardRailsDefinition()],
			[nodeReportPlural, nodeReportDefinition()],
			[ownProbe.plural, ownProbeDefinition()],
		] as const;
		const definitions = allKinds.map((kind) => [kind.plural, crd(kind)] as const);
		return [...definitions, ...own].map(([plural, definition]) => {
			const args = definition as unknown as kubernetes.apiextensions.v1.CustomResourceDefinitionArgs;
			return new kubernetes.apiextensions.v1.CustomResourceDefinition(`${name}-${plural}`, args, part);
		});
	}
}

function systemArgs({ image, imagePullPolicy, imagePullSecrets, logLevel }: InstallationArgs) {
	return { image, imagePullPolicy, imagePullSecrets, logLevel };
}
