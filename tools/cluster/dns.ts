import { Resolver } from "node:dns/promises";
import { createObject } from "./api.ts";
import type { ClusterLayout } from "./layout.ts";

/** The image of CoreDNS. */
export const dnsImage = "localhost/pulumi-chaos/coredns:1.14.7";

// A name outside the cluster does not exist, said at once: pods ask nobody beyond the cluster.
const corefile = `cluster.local:53 in-addr.arpa:53 ip6.arpa:53 {
	errors
	health :8080 {
		lameduck 2s
	}
	ready :8181
	kubernetes cluster.local in-addr.arpa ip6.arpa {
		pods insecure
		ttl 5
	}
	prometheus :9153
	cache 5
	loadbalance
}
.:53 {
	errors
	template ANY ANY . {
		rcode NXDOMAIN
	}
}
`;

const name = "coredns";
const namespace = "kube-system";
const labels = { "k8s-app": "kube-dns" };

function role(): object {
	return {
		apiVersion: "rbac.authorization.k8s.io/v1",
		kind: "ClusterRole",
		metadata: { name: "system:coredns" },
		rules: [
			{ apiGroups: [""], resources: ["services", "pods", "namespaces"], verbs: ["list", "watch"] },
			{ apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
		],
	};
}

function binding(): object {
	return {
		apiVersion: "rbac.authorization.k8s.io/v1",
		kind: "ClusterRoleBinding",
		metadata: { name: "system:coredns" },
		roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:coredns" },
		subjects: [{ kind: "ServiceAccount", name, namespace }],
	};
}

function podSpec(layout: ClusterLayout): object {
	return {
		serviceAccountName: name,
		priorityClassName: "system-cluster-critical",
		// Beside the control plane: the death of another node does not take it along.
		nodeSelector: { "kubernetes.io/hostname": layout.nodes[0].name },
		tolerations: [{ operator: "Exists" }],
		dnsPolicy: "Default",
		containers: [
			{
				name,
				image: dnsImage,
				imagePullPolicy: "Never",
				args: ["-conf", "/etc/coredns/Corefile"],
				ports: [
					{ name: "dns", containerPort: 53, protocol: "UDP" },
					{ name: "dns-tcp", containerPort: 53, protocol: "TCP" },
				],
				readinessProbe: { httpGet: { path: "/ready", port: 8181 }, periodSeconds: 1 },
				livenessProbe: { httpGet: { path: "/health", port: 8080 }, initialDelaySeconds: 30, timeoutSeconds: 5 },
				resources: { requests: { cpu: "50m", memory: "32Mi" }, limits: { memory: "170Mi" } },
				volumeMounts: [{ name: "config", mountPath: "/etc/coredns", readOnly: true }],
			},
		],
		volumes: [{ name: "config", configMap: { name } }],
	};
}

function deployment(layout: ClusterLayout): object {
	return {
		apiVersion: "apps/v1",
		kind: "Deployment",
		metadata: { name, namespace, labels },
		spec: {
			replicas: 1,
			selector: { matchLabels: labels },
			template: { metadata: { labels }, spec: podSpec(layout) },
		},
	};
}

function service(layout: ClusterLayout): object {
	return {
		apiVersion: "v1",
		kind: "Service",
		metadata: { name: "kube-dns", namespace, labels },
		spec: {
			selector: labels,
			clusterIP: layout.dns4,
			clusterIPs: [layout.dns4, layout.dns6],
			ipFamilyPolicy: "RequireDualStack",
			ports: [
				{ name: "dns", port: 53, protocol: "UDP" },
				{ name: "dns-tcp", port: 53, protocol: "TCP" },
			],
		},
	};
}

/** Creates cluster DNS: CoreDNS as a pod, behind the Service whose addresses every pod is given. */
export async function createDns(layout: ClusterLayout): Promise<void> {
	const metadata = { name, namespace };
	const rbac = "/apis/rbac.authorization.k8s.io/v1";
	const own = `/api/v1/namespaces/${namespace}`;
	await createObject(layout, `${own}/serviceaccounts`, { apiVersion: "v1", kind: "ServiceAccount", metadata });
	await createObject(layout, `${own}/configmaps`, {
		apiVersion: "v1",
		kind: "ConfigMap",
		metadata,
		data: { Corefile: corefile },
	});
	await createObject(layout, `${rbac}/clusterroles`, role());
	await createObject(layout, `${rbac}/clusterrolebindings`, binding());
	await createObject(layout, `${own}/services`, service(layout));
	await createObject(layout, `/apis/apps/v1/namespaces/${namespace}/deployments`, deployment(layout));
}

/** Asks cluster DNS through its Service for the API server's name, over both address families. */
export async function dnsAnswers(layout: ClusterLayout): Promise<boolean> {
	for (const server of [layout.dns4, `[${layout.dns6}]`]) {
		const resolver = new Resolver({ timeout: 1_000, tries: 1 });
		resolver.setServers([server]);
		const addresses = await resolver.resolve4("kubernetes.default.svc.cluster.local").catch((): string[] => []);
		if (!addresses.includes(layout.apiService4)) return false;
	}
	return true;
}
