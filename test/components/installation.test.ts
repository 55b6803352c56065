import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeEach, expect, it, vi } from "vitest";
import { clusterProvider } from "../../components/cluster-provider.ts";
import { Installation, type InstallationArgs } from "../../components/installation.ts";
import { checkedLease } from "../../components/lease-seconds.ts";
import { allKinds } from "../../orchestration/kinds.ts";

interface Registered {
	type: string;
	name: string;
	inputs: Record<string, unknown>;
}

const marker = "planted-secret-marker";
const folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-installation-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const text = JSON.stringify({
	clusters: [{ name: "dev", cluster: { server: "https://dev.example.com:6443" } }],
	users: [{ name: "me", user: { token: marker } }],
	contexts: [{ name: "dev", context: { cluster: "dev", user: "me" } }],
});
const kubeconfig = join(folder, "kubeconfig");
writeFileSync(kubeconfig, text);

let registered: Registered[] = [];

beforeEach(() => {
	registered = [];
	void pulumi.runtime.setMocks(
		{
			newResource: ({ type, name, inputs }) => {
				registered.push({ type, name, inputs });
				return { id: `${name}-id`, state: inputs };
			},
			call: ({ inputs }) => inputs,
		},
		"shop",
		"dev",
		false,
		"acme",
	);
	return () => vi.unstubAllEnvs();
});

async function install(args: Partial<InstallationArgs> = {}): Promise<void> {
	await pulumi.runtime.runInPulumiStack(async () => {
		new Installation("chaos", { image: "chaos:1", cluster: { kubeconfig }, ...args });
	});
	await pulumi.runtime.disconnect();
}

/** The inputs of the only resource of a type. */
function only(type: string): Record<string, unknown> {
	const found = registered.filter((one) => one.type === type);
	expect(found).toHaveLength(1);
	return found[0]?.inputs ?? {};
}

it("makes CRDs, controller, daemons and webhooks, and a drain after all of them", async () => {
	await install();
	const types = registered.map(({ type }) => type.split(":").at(-1));
	expect(types.toSorted()).toEqual(
		[
			"ChaosController",
			"ChaosDaemon",
			"ChaosWebhooks",
			"ClusterRole",
			"ClusterRoleBinding",
			"ControllerAccess",
			...allKinds.map(() => "CustomResourceDefinition"),
			"CustomResourceDefinition",
			"CustomResourceDefinition",
			"CustomResourceDefinition",
			"CustomResourceDefinition",
			"DaemonSet",
			"Deployment",
			"Drain",
			"Installation",
			"MutatingWebhookConfiguration",
			"Namespace",
			"PodDisruptionBudget",
			"Role",
			"RoleBinding",
			"Service",
			"ServiceAccount",
			"Stack",
			"ValidatingWebhookConfiguration",
			"kubernetes",
		].toSorted(),
	);
	expect(types.at(-1)).toBe("Drain");
	expect(only("pulumi-nodejs:dynamic/pulumi-chaos:Drain")).toMatchObject({ kind: "Drain", cluster: { kubeconfig } });
});

it("passes the path of a kubeconfig on, never its text", async () => {
	await install();
	expect(only("pulumi:providers:kubernetes")).toMatchObject({ kubeconfig, context: "dev" });
	expect(JSON.stringify(registered)).not.toContain(marker);
});

it("refuses a kubeconfig that is only a text, and takes it with a provider of the program's own", async () => {
	vi.stubEnv("CI_KUBECONFIG", text);
	const cluster = { kubeconfigEnv: "CI_KUBECONFIG" };
	expect(() => clusterProvider("Installation", "chaos-cluster", cluster, {})).toThrow(
		"Installation: cluster: the kubeconfig of the environment variable CI_KUBECONFIG is not one file; name one with " +
			'"kubeconfig", or pass a provider of @pulumi/kubernetes for the same cluster in the options',
	);
	await pulumi.runtime.runInPulumiStack(async () => {
		const provider = new kubernetes.Provider("own", {});
		new Installation("chaos", { image: "chaos:1", cluster }, { provider });
	});
	await pulumi.runtime.disconnect();
	expect(registered.filter(({ type }) => type === "pulumi:providers:kubernetes").map(({ name }) => name)).toEqual([
		"own",
	]);
	expect(JSON.stringify(registered)).not.toContain(marker);
});

it("gives the controller no more than it needs", async () => {
	await install({ defaultDuration: "10m", leaseSeconds: 30, imagePullPolicy: "Never", imagePullSecrets: ["pull"] });
	expect(only("kubernetes:apps/v1:Deployment")).toMatchObject({
		spec: {
			replicas: 2,
			strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
			template: {
				metadata: {
					labels: { "pulumi-chaos.io/component": "controller" },
					annotations: { "prometheus.io/scrape": "true", "prometheus.io/port": "8080" },
				},
				spec: {
					imagePullSecrets: [{ name: "pull" }],
					securityContext: { runAsNonRoot: true },
					containers: [
						{
							image: "chaos:1",
							imagePullPolicy: "Never",
							command: ["controller"],
							env: [
								{ name: "PULUMI_CHAOS_NAMESPACE", value: "pulumi-chaos" },
								{ name: "PULUMI_CHAOS_HEALTH_PORT", value: "8080" },
								{ name: "PULUMI_CHAOS_WEBHOOK_PORT", value: "9443" },
								{ name: "PULUMI_CHAOS_IMAGE", value: "chaos:1" },
								{ name: "PULUMI_CHAOS_DEFAULT_DURATION", value: "10m" },
								{ name: "PULUMI_CHAOS_LEASE_SECONDS", value: "30" },
							],
							securityContext: { readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
						},
					],
				},
			},
		},
	});
	expect(only("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole")["rules"]).toEqual([
		{
			apiGroups: ["chaos-mesh.org"],
			resources: ["podchaos", "networkchaos", "stresschaos", "timechaos"],
			verbs: ["get", "list", "watch", "patch"],
		},
		{
			apiGroups: ["chaos-mesh.org"],
			resources: ["podchaos/status", "networkchaos/status", "stresschaos/status", "timechaos/status"],
			verbs: ["update"],
		},
		{ apiGroups: ["pulumi-chaos.io"], resources: ["emergencystops", "guardrails"], verbs: ["list", "watch"] },
		{ apiGroups: ["pulumi-chaos.io"], resources: ["probes"], verbs: ["get", "list", "watch"] },
		{ apiGroups: ["pulumi-chaos.io"], resources: ["probes/status"], verbs: ["update"] },
		{ apiGroups: ["pulumi-chaos.io"], resources: ["nodereports"], verbs: ["get", "create", "patch"] },
		{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch", "patch", "delete"] },
		{ apiGroups: [""], resources: ["namespaces"], verbs: ["get"] },
		{ apiGroups: [""], resources: ["nodes"], verbs: ["get", "list"] },
		{ apiGroups: [""], resources: ["services"], verbs: ["get"] },
		{ apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list"] },
		{ apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
		{ apiGroups: ["authorization.k8s.io"], resources: ["subjectaccessreviews"], verbs: ["create"] },
		{
			apiGroups: ["admissionregistration.k8s.io"],
			resources: ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
			resourceNames: ["pulumi-chaos"],
			verbs: ["get", "patch"],
		},
		{ apiGroups: ["apps"], resources: ["deployments", "statefulsets", "daemonsets", "replicasets"], verbs: ["get"] },
		{ apiGroups: ["batch"], resources: ["jobs"], verbs: ["get"] },
	]);
	expect(only("kubernetes:rbac.authorization.k8s.io/v1:Role")["rules"]).toEqual([
		{ apiGroups: [""], resources: ["secrets"], verbs: ["create"] },
		{
			apiGroups: [""],
			resources: ["secrets"],
			resourceNames: ["pulumi-chaos-ca", "pulumi-chaos-daemon-tls"],
			verbs: ["get", "update"],
		},
		{ apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["create"] },
		{
			apiGroups: ["coordination.k8s.io"],
			resources: ["leases"],
			resourceNames: ["pulumi-chaos-controller"],
			verbs: ["get", "update"],
		},
	]);
});

it("lets probes run commands and read objects as it is told, and never more", async () => {
	const objects = [{ apiGroup: "example.com", resources: ["widgets"] }];
	await install({ controller: { probes: { exec: true, objects } } });
	const rules = only("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole")["rules"] as unknown[];
	expect(rules.slice(-2)).toEqual([
		{ apiGroups: ["example.com"], resources: ["widgets"], verbs: ["get"] },
		{ apiGroups: [""], resources: ["pods/exec"], verbs: ["create", "get"] },
	]);
	expect(JSON.stringify(rules)).not.toContain("deployments");
});

it.each([0, 19, 3601, 30.5])("refuses a lease of %d seconds", (seconds) => {
	expect(() => checkedLease(seconds)).toThrow(`leaseSeconds: ${seconds} is not a whole number from 20 to 3600`);
});

it.each([
	["Mutating", "mutate"],
	["Validating", "validate"],
])("has the API server ask the controller only where a spec is new: %s", async (which, purpose) => {
	await install({ namespace: "chaos" });
	expect(only("kubernetes:core/v1:Service")).toMatchObject({
		metadata: { name: "pulumi-chaos-controller", namespace: "chaos" },
		spec: { selector: { "pulumi-chaos.io/component": "controller" }, ports: [{ port: 443, targetPort: 9443 }] },
	});
	expect(only(`kubernetes:admissionregistration.k8s.io/v1:${which}WebhookConfiguration`)).toMatchObject({
		metadata: { name: "pulumi-chaos" },
		webhooks: [
			{
				name: `${purpose}.pulumi-chaos.io`,
				// No bundle: that is the controller's.
				clientConfig: { service: { name: "pulumi-chaos-controller", namespace: "chaos", path: `/${purpose}` } },
				failurePolicy: "Fail",
				sideEffects: "None",
				timeoutSeconds: 5,
				rules: [
					{
						operations: ["CREATE", "UPDATE"],
						apiGroups: ["chaos-mesh.org"],
						resources: expect.arrayContaining(["podchaos", "stresschaos", "schedules"]),
					},
					{ operations: ["CREATE", "UPDATE"], apiGroups: ["pulumi-chaos.io"], resources: ["probes"] },
				],
				matchConditions: [{ expression: "oldObject == null || object.spec != oldObject.spec" }],
			},
		],
	});
});

it("gives a daemon that is not privileged what it needs and no more", async () => {
	await install({ daemon: { privileged: false } });
	const daemon = only("kubernetes:apps/v1:DaemonSet") as { spec: { template: { spec: { containers: object[] } } } };
	expect(daemon.spec.template.spec.containers).toMatchObject([
		{
			securityContext: {
				capabilities: { drop: ["ALL"], add: ["KILL", "NET_ADMIN", "NET_RAW", "SYS_ADMIN", "SYS_PTRACE"] },
				readOnlyRootFilesystem: true,
				seccompProfile: { type: "RuntimeDefault" },
			},
		},
	]);
	expect(JSON.stringify(daemon)).not.toContain("privileged");
});

it("runs a daemon on every node, with its journal on the node's disk", async () => {
	await install({ namespace: "chaos", verifySeconds: 3, logLevel: "debug" });
	expect(only("kubernetes:core/v1:Namespace")).toMatchObject({
		metadata: { name: "chaos", labels: { "pod-security.kubernetes.io/enforce": "privileged" } },
	});
	expect(only("kubernetes:apps/v1:DaemonSet")).toMatchObject({
		metadata: { namespace: "chaos" },
		spec: {
			template: {
				metadata: {
					labels: { "pulumi-chaos.io/component": "daemon" },
					annotations: { "prometheus.io/scrape": "true", "prometheus.io/port": "31766" },
				},
				spec: {
					hostPID: true,
					automountServiceAccountToken: false,
					tolerations: [{ operator: "Exists" }],
					containers: [
						{
							command: ["daemon"],
							env: [
								{ name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
								{ name: "PULUMI_CHAOS_TLS_DIR", value: "/etc/pulumi-chaos/tls" },
								{ name: "PULUMI_CHAOS_JOURNAL", value: "/var/lib/pulumi-chaos/journal/$(NODE_NAME)" },
								{ name: "PULUMI_CHAOS_VERIFY_SECONDS", value: "3" },
								{ name: "PULUMI_CHAOS_LOG_LEVEL", value: "debug" },
							],
							livenessProbe: { httpGet: { path: "/livez", port: 31766 } },
							readinessProbe: { httpGet: { path: "/healthz", port: 31766 } },
							securityContext: { privileged: true },
						},
					],
					volumes: [
						{ name: "state", hostPath: { path: "/var/lib/pulumi-chaos", type: "DirectoryOrCreate" } },
						{ name: "cgroups", hostPath: { path: "/sys/fs/cgroup", type: "Directory" } },
						{ name: "tls", secret: { secretName: "pulumi-chaos-daemon-tls" } },
					],
				},
			},
		},
	});
});
