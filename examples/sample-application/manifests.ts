/** The roles, in the order in which they call each other. Each is the value of the label `app` of its pods. */
export const roles = ["front", "back", "store"] as const;

/** One of the three servers of the application. */
export type Role = (typeof roles)[number];

/** Where the servers listen, and under which port their Services answer. */
export const port = 8080;

/** What differs between installations. `Text` is a string, or whatever stands for one (an input of Pulumi). */
export interface SampleSettings<Text = string> {
	/** Namespace of everything. */
	namespace: Text;
	/** Image of all three servers, from `images/sample`. */
	image: Text;
	/** Pods of each role. Default: 3. */
	replicas?: number;
}

/** The whole application as plain Kubernetes objects, in the order in which they are created. */
export function sampleManifests<Text = string>(settings: SampleSettings<Text>) {
	return {
		namespace: namespaceOf(settings.namespace),
		services: servicesOf(settings.namespace),
		deployments: roles.map((role) => deployment(role, settings)),
	};
}

function namespaceOf<Text>(name: Text) {
	return { apiVersion: "v1", kind: "Namespace", metadata: { name } };
}

function servicesOf<Text>(namespace: Text) {
	return roles.flatMap((role) => [
		service(role, role, namespace, {}),
		// Its DNS name has the addresses of the pods themselves, ready or not.
		service(`${role}-pods`, role, namespace, { clusterIP: "None", publishNotReadyAddresses: true }),
	]);
}

function service<Text, More extends object>(name: string, role: Role, namespace: Text, more: More) {
	return {
		apiVersion: "v1",
		kind: "Service",
		metadata: { name, namespace, labels: { app: role } },
		spec: {
			selector: { app: role },
			ports: [{ name: "http", port, targetPort: port, protocol: "TCP" }],
			ipFamilyPolicy: "PreferDualStack",
			...more,
		},
	};
}

/** Whom a role asks, and how long it waits: less than the one before it, so that the answer tells which hop was slow. */
const calls: Record<Role, { next: Role; timeoutMs: number } | undefined> = {
	front: { next: "back", timeoutMs: 2000 },
	back: { next: "store", timeoutMs: 1000 },
	store: undefined,
};

function deployment<Text>(role: Role, { namespace, image, replicas = 3 }: SampleSettings<Text>) {
	return {
		apiVersion: "apps/v1",
		kind: "Deployment",
		metadata: { name: role, namespace, labels: { app: role } },
		spec: {
			replicas,
			selector: { matchLabels: { app: role } },
			template: {
				metadata: { labels: { app: role } },
				spec: {
					automountServiceAccountToken: false,
					enableServiceLinks: false,
					terminationGracePeriodSeconds: 2,
					securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
					containers: [container(role, image)],
				},
			},
		},
	};
}

function container<Text>(role: Role, image: Text) {
	const call = calls[role];
	return {
		name: "server",
		image,
		env: [
			{ name: "ROLE", value: role },
			{ name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
			...(call === undefined
				? []
				: [
						{ name: "NEXT", value: `${call.next}:${port}` },
						{ name: "TIMEOUT_MS", value: String(call.timeoutMs) },
					]),
		],
		ports: [{ name: "http", containerPort: port, protocol: "TCP" }],
		// Every second and cheap: the kubelet connects, no process is started.
		readinessProbe: { tcpSocket: { port }, periodSeconds: 1 },
		resources: { requests: { cpu: "5m", memory: "48Mi" } },
		securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
	};
}
