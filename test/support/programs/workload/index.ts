import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const image = config.require("image");
const greeting = config.get("greeting") ?? "hello";
const force = config.getBoolean("force") === true ? { annotations: { "pulumi.com/patchForce": "true" } } : {};
const labels = { app: "idle" };

const provider = new kubernetes.Provider("cluster", {
	kubeconfig: config.require("kubeconfig"),
	enableConfigMapMutable: true,
});
const options = { provider };

const namespace = new kubernetes.core.v1.Namespace("workload", {}, options);
const metadata = { namespace: namespace.metadata.name };

const text = new kubernetes.core.v1.ConfigMap("text", { metadata, data: { greeting } }, options);
const key = new kubernetes.core.v1.Secret(
	"key",
	{ metadata: { ...metadata, name: "key" }, stringData: { token: pulumi.secret("marker-of-a-secret") } },
	options,
);

const spec = {
	terminationGracePeriodSeconds: 0,
	containers: [
		{
			name: "idle",
			image,
			imagePullPolicy: "Never",
			resources: { limits: { cpu: "0.1", memory: "64Mi" } },
			env: [{ name: "GREETING", valueFrom: { configMapKeyRef: { name: text.metadata.name, key: "greeting" } } }],
		},
	],
};
const template = { metadata: { labels }, spec };
const deployment = new kubernetes.apps.v1.Deployment(
	"idle",
	{ metadata: { ...metadata, ...force }, spec: { replicas: 2, selector: { matchLabels: labels }, template } },
	{ ...options, customTimeouts: { create: "2m", update: "2m" } },
);
const nodeLabels = { app: "everywhere" };
const daemonSet = new kubernetes.apps.v1.DaemonSet(
	"everywhere",
	{ metadata, spec: { selector: { matchLabels: nodeLabels }, template: { metadata: { labels: nodeLabels }, spec } } },
	options,
);
const service = new kubernetes.core.v1.Service(
	"idle",
	{ metadata: { ...metadata, name: "idle" }, spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }] } },
	options,
);

const account = new kubernetes.core.v1.ServiceAccount("reader", { metadata }, options);
const role = new kubernetes.rbac.v1.Role(
	"reader",
	{ metadata, rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list"] }] },
	options,
);
new kubernetes.rbac.v1.RoleBinding(
	"reader",
	{
		metadata,
		roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
		subjects: [{ kind: "ServiceAccount", name: account.metadata.name, namespace: namespace.metadata.name }],
	},
	options,
);

const definition = new kubernetes.apiextensions.v1.CustomResourceDefinition(
	"notes",
	{
		metadata: { name: "notes.stand-in.pulumi-chaos.test" },
		spec: {
			group: "stand-in.pulumi-chaos.test",
			scope: "Namespaced",
			names: { plural: "notes", singular: "note", kind: "Note" },
			versions: [
				{
					name: "v1",
					served: true,
					storage: true,
					subresources: { status: {} },
					schema: {
						openAPIV3Schema: {
							type: "object",
							properties: {
								spec: {
									type: "object",
									properties: {
										text: { type: "string" },
										any: { type: "object", x_kubernetes_preserve_unknown_fields: true },
									},
								},
								status: { type: "object", x_kubernetes_preserve_unknown_fields: true },
							},
						},
					},
				},
			],
		},
	},
	options,
);
new kubernetes.apiextensions.CustomResource(
	"note",
	{ apiVersion: "stand-in.pulumi-chaos.test/v1", kind: "Note", metadata, spec: { text: greeting, any: { a: 1 } } },
	{ ...options, dependsOn: definition },
);

export const namespaceName = namespace.metadata.name;
export const deploymentName = deployment.metadata.name;
export const daemonSetName = daemonSet.metadata.name;
export const clusterIP = service.spec.clusterIP;
export const secretKeys = key.data.apply((data) => Object.keys(data));
