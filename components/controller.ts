import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { webhookPort } from "../api/webhook.ts";
import { ControllerAccess } from "./controller-access.ts";
import { environment } from "./env.ts";
import { type ImageArgs, type LogLevelInput, pullSecrets } from "./image.ts";
import { partLabels, podSelector, scrapeAnnotations } from "./labels.ts";
import { checkedLease } from "./lease-seconds.ts";
import type { ProbeAccessArgs } from "./probe-access.ts";

const healthPort = 8080;

/** Arguments of a ChaosController. */
export interface ChaosControllerArgs extends ImageArgs {
	/** Namespace that it runs in and keeps its certificates in. It must exist. */
	namespace: pulumi.Input<string>;
	/** How long an experiment without a duration runs, such as `"30m"`. Default: `"1h"`. */
	defaultDuration?: pulumi.Input<string> | undefined;
	/**
	 * Seconds, 20 to 3600, for which nodes keep faults in place without a word from the controller: when it is gone for longer, or cut
	 * off, they take them out by themselves. Default: 60.
	 */
	leaseSeconds?: pulumi.Input<number> | undefined;
	/**
	 * Whether pods on their node's network (`hostNetwork: true`) may be cut off, and all of their node with them. What goes to and from
	 * the API server and this system passes; nodes of the API server are left alone. Default: `false`.
	 */
	allowHostNetwork?: pulumi.Input<boolean> | undefined;
	/** What probes may do for whoever makes an experiment and has the right to it. Default: read workloads, Services, pods and nodes. */
	probes?: ProbeAccessArgs | undefined;
	/** Lowest log level. Default: `info`. */
	logLevel?: LogLevelInput | undefined;
	/** How many pods: one leads, the others answer webhooks and take its place. Default: 2. */
	replicas?: pulumi.Input<number> | undefined;
	/** Memory and processor of its container. Default: requests 50m and 128Mi, limit 512Mi. */
	resources?: pulumi.Input<kubernetes.types.input.core.v1.ResourceRequirements> | undefined;
}

/**
 * The operator, which turns experiments into calls to the daemons: some pods, one of which leads. Without root, and without anything
 * writable.
 */
export class ChaosController extends pulumi.ComponentResource {
	constructor(name: string, args: ChaosControllerArgs, opts?: pulumi.ComponentResourceOptions) {
		super("pulumi-chaos:index:ChaosController", name, {}, opts);
		const { namespace } = args;
		const access = new ControllerAccess(name, { namespace, probes: args.probes }, { parent: this });
		const labels = partLabels("controller");
		new kubernetes.apps.v1.Deployment(
			name,
			{
				metadata: { name: "pulumi-chaos-controller", namespace, labels },
				spec: {
					replicas: args.replicas ?? 2,
					// Never fewer than wanted: without any, no experiment can be created.
					strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
					selector: { matchLabels: podSelector("controller") },
					template: {
						metadata: { labels, annotations: scrapeAnnotations(healthPort) },
						spec: {
							serviceAccountName: access.serviceAccount,
							...pullSecrets(args),
							affinity: { podAntiAffinity: apart },
							securityContext: {
								runAsNonRoot: true,
								runAsUser: 65532,
								runAsGroup: 65532,
								seccompProfile: { type: "RuntimeDefault" },
							},
							containers: [container(args)],
						},
					},
				},
			},
			{ parent: this },
		);
		// Whoever drains nodes takes one at a time.
		new kubernetes.policy.v1.PodDisruptionBudget(
			name,
			{
				metadata: { name: "pulumi-chaos-controller", namespace, labels },
				spec: { maxUnavailable: 1, selector: { matchLabels: podSelector("controller") } },
			},
			{ parent: this },
		);
		this.registerOutputs();
	}
}

/** Better on different nodes than all on one that dies. */
const apart: kubernetes.types.input.core.v1.PodAntiAffinity = {
	preferredDuringSchedulingIgnoredDuringExecution: [
		{
			weight: 100,
			podAffinityTerm: {
				topologyKey: "kubernetes.io/hostname",
				labelSelector: { matchLabels: podSelector("controller") },
			},
		},
	],
};

function container(args: ChaosControllerArgs): kubernetes.types.input.core.v1.Container {
	return {
		name: "controller",
		image: args.image,
		imagePullPolicy: args.imagePullPolicy ?? "IfNotPresent",
		command: ["controller"],
		env: environment({
			PULUMI_CHAOS_NAMESPACE: args.namespace,
			PULUMI_CHAOS_HEALTH_PORT: healthPort,
			PULUMI_CHAOS_WEBHOOK_PORT: webhookPort,
			PULUMI_CHAOS_IMAGE: args.image,
			PULUMI_CHAOS_DEFAULT_DURATION: args.defaultDuration,
			PULUMI_CHAOS_LEASE_SECONDS: pulumi.output(args.leaseSeconds).apply(checkedLease),
			PULUMI_CHAOS_ALLOW_HOST_NETWORK: args.allowHostNetwork,
			PULUMI_CHAOS_LOG_LEVEL: args.logLevel,
		}),
		ports: [
			{ name: "health", containerPort: healthPort },
			{ name: "webhook", containerPort: webhookPort },
		],
		livenessProbe: { httpGet: { path: "/healthz", port: healthPort }, periodSeconds: 10, failureThreshold: 6 },
		readinessProbe: { httpGet: { path: "/readyz", port: healthPort }, periodSeconds: 2 },
		resources: args.resources ?? { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "512Mi" } },
		securityContext: {
			allowPrivilegeEscalation: false,
			readOnlyRootFilesystem: true,
			capabilities: { drop: ["ALL"] },
		},
	};
}
