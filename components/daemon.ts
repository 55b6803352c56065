import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { daemonHealthPort, daemonPort } from "../api/daemon-api.ts";
import { environment } from "./env.ts";
import { type ImageArgs, type LogLevelInput, pullSecrets } from "./image.ts";
import { partLabels, podSelector, scrapeAnnotations } from "./labels.ts";

const stateFolder = "/var/lib/pulumi-chaos";
const tlsFolder = "/etc/pulumi-chaos/tls";
/** The node's cgroups: those that a container sees by itself are its own, and can't be written. */
const cgroups = { onNode: "/sys/fs/cgroup", here: "/host/sys/fs/cgroup" };

/** Arguments of a ChaosDaemon. */
export interface ChaosDaemonArgs extends ImageArgs {
	/** Namespace that it runs in: that of the controller, which makes its certificate there. */
	namespace: pulumi.Input<string>;
	/** Seconds between two looks at every target, 0.1 to 3600. Default: 10. */
	verifySeconds?: pulumi.Input<number> | undefined;
	/** Which tainted nodes it runs on. Default: all of them, so that every pod can be a target. */
	tolerations?: pulumi.Input<pulumi.Input<kubernetes.types.input.core.v1.Toleration>[]> | undefined;
	/** Labels of the nodes that it runs on. Default: all nodes (of Linux). */
	nodeSelector?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
	/**
	 * Whether its container is privileged. `false`: it has the capabilities that the kinds of fault need, no other right over its
	 * node, and nothing writable but its state and the node's cgroups. Default: `true`.
	 */
	privileged?: pulumi.Input<boolean> | undefined;
	/** Lowest log level. Default: `info`. */
	logLevel?: LogLevelInput | undefined;
	/** Memory and processor of its container. Default: requests 20m and 96Mi, limit 512Mi. */
	resources?: pulumi.Input<kubernetes.types.input.core.v1.ResourceRequirements> | undefined;
}

/**
 * The node agent, one pod a node: it changes what is in other pods' namespaces, so it sees the node's processes and is
 * privileged, or has what that takes. Its journal is on the node's disk, where the next pod finds it.
 */
export class ChaosDaemon extends pulumi.ComponentResource {
	constructor(name: string, args: ChaosDaemonArgs, opts?: pulumi.ComponentResourceOptions) {
		super("pulumi-chaos:index:ChaosDaemon", name, {}, opts);
		const labels = partLabels("daemon");
		new kubernetes.apps.v1.DaemonSet(
			name,
			{
				metadata: { name: "pulumi-chaos-daemon", namespace: args.namespace, labels },
				spec: {
					selector: { matchLabels: podSelector("daemon") },
					updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "20%" } },
					template: {
						metadata: { labels, annotations: scrapeAnnotations(daemonHealthPort) },
						spec: podSpec(args),
					},
				},
			},
			{ parent: this },
		);
		this.registerOutputs();
	}
}

function podSpec(args: ChaosDaemonArgs): kubernetes.types.input.core.v1.PodSpec {
	return {
		hostPID: true,
		automountServiceAccountToken: false,
		enableServiceLinks: false,
		priorityClassName: "system-node-critical",
		tolerations: args.tolerations ?? [{ operator: "Exists" }],
		nodeSelector: args.nodeSelector ?? { "kubernetes.io/os": "linux" },
		...pullSecrets(args),
		containers: [container(args)],
		volumes: [
			{ name: "state", hostPath: { path: stateFolder, type: "DirectoryOrCreate" } },
			{ name: "cgroups", hostPath: { path: cgroups.onNode, type: "Directory" } },
			{ name: "tls", secret: { secretName: "pulumi-chaos-daemon-tls", defaultMode: 0o400 } },
		],
	};
}

/** What the kinds of fault take together: docs/daemon.md says which takes what. */
const withCapabilities: kubernetes.types.input.core.v1.SecurityContext = {
	capabilities: { drop: ["ALL"], add: ["KILL", "NET_ADMIN", "NET_RAW", "SYS_ADMIN", "SYS_PTRACE"] },
	readOnlyRootFilesystem: true,
	seccompProfile: { type: "RuntimeDefault" },
	// The profile of the runtimes lets nobody look at the processes of others.
	appArmorProfile: { type: "Unconfined" },
};

function container(args: ChaosDaemonArgs): kubernetes.types.input.core.v1.Container {
	const settings = environment({
		PULUMI_CHAOS_TLS_DIR: tlsFolder,
		// Nodes that share a disk (as those of clusters within one machine do) keep a journal each.
		PULUMI_CHAOS_JOURNAL: `${stateFolder}/journal/$(NODE_NAME)`,
		PULUMI_CHAOS_VERIFY_SECONDS: args.verifySeconds,
		PULUMI_CHAOS_LOG_LEVEL: args.logLevel,
	});
	return {
		name: "daemon",
		image: args.image,
		imagePullPolicy: args.imagePullPolicy ?? "IfNotPresent",
		command: ["daemon"],
		env: settings.apply((variables) => [
			{ name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
			...variables,
		]),
		ports: [
			{ name: "api", containerPort: daemonPort },
			{ name: "health", containerPort: daemonHealthPort },
		],
		// Not /healthz: on a full disk, or while it finishes what an earlier one left half done, a restart would only keep it from
		// recovering.
		livenessProbe: { httpGet: { path: "/livez", port: daemonHealthPort }, periodSeconds: 10, failureThreshold: 6 },
		readinessProbe: { httpGet: { path: "/healthz", port: daemonHealthPort }, periodSeconds: 2 },
		resources: args.resources ?? { requests: { cpu: "20m", memory: "96Mi" }, limits: { memory: "512Mi" } },
		securityContext: pulumi
			.output(args.privileged ?? true)
			.apply((privileged) => (privileged ? { privileged } : withCapabilities)),
		volumeMounts: [
			{ name: "state", mountPath: stateFolder },
			{ name: "cgroups", mountPath: cgroups.here },
			{ name: "tls", mountPath: tlsFolder, readOnly: true },
		],
	};
}
