import { BatchV1Api, RbacAuthorizationV1Api, type V1Job } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { apiVersion, group } from "../../api/names.ts";
import { onPath } from "../../tools/lib/search-path.ts";
import { clients, eventually, networkChaos } from "../support/kubernetes.ts";
import { sampleNamespace as namespace, partition, sampleImage } from "../support/sample.ts";
import { tablesLeft } from "../support/tables.ts";

const name = "pipeline";
const experiment = {
	apiVersion,
	kind: "NetworkChaos",
	metadata: { name, namespace },
	spec: partition("front", "back"),
};

/** The three lines of the README with the events between them, as a pipeline without Pulumi has them. */
const script = `set -eu
kubectl create -f /experiment/partition.json
kubectl wait --for=condition=AllInjected networkchaos/${name} --timeout=60s
kubectl get networkchaos/${name}
kubectl events --for networkchaos/${name}
kubectl delete -f /experiment/partition.json
`;

function job(): V1Job {
	const kubectl = onPath("kubectl");
	if (kubectl === undefined)
		throw new Error("kubectl is not on PATH: install it, the Job runs the one of this machine");
	return {
		metadata: { name },
		spec: {
			backoffLimit: 0,
			template: {
				spec: {
					serviceAccountName: name,
					restartPolicy: "Never",
					containers: [
						{
							name: "kubectl",
							image: sampleImage(),
							imagePullPolicy: "Never",
							command: ["sh", "-c", script],
							volumeMounts: [
								{ name: "kubectl", mountPath: "/usr/local/bin/kubectl" },
								{ name: "experiment", mountPath: "/experiment" },
							],
						},
					],
					volumes: [
						{ name: "kubectl", hostPath: { path: kubectl, type: "File" } },
						{ name: "experiment", configMap: { name } },
					],
				},
			},
		},
	};
}

const { config, core } = clients();
const batch = config.makeApiClient(BatchV1Api);
const rbac = config.makeApiClient(RbacAuthorizationV1Api);

beforeAll(async () => {
	await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name } } });
	await rbac.createNamespacedRole({
		namespace,
		body: {
			metadata: { name },
			rules: [
				{ apiGroups: [group], resources: ["networkchaos"], verbs: ["create", "get", "list", "watch", "delete"] },
				{ apiGroups: ["", "events.k8s.io"], resources: ["events"], verbs: ["get", "list", "watch"] },
			],
		},
	});
	await rbac.createNamespacedRoleBinding({
		namespace,
		body: {
			metadata: { name },
			roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name },
			subjects: [{ kind: "ServiceAccount", name, namespace }],
		},
	});
	const data = { "partition.json": JSON.stringify(experiment) };
	await core.createNamespacedConfigMap({ namespace, body: { metadata: { name }, data } });
});

afterAll(async () => {
	await batch.deleteNamespacedJob({ name, namespace, propagationPolicy: "Foreground" });
	await core.deleteNamespacedConfigMap({ name, namespace });
	await rbac.deleteNamespacedRoleBinding({ name, namespace });
	await rbac.deleteNamespacedRole({ name, namespace });
	await core.deleteNamespacedServiceAccount({ name, namespace });
});

it("creates, awaits, reads and deletes an experiment with kubectl alone, from a Job", async () => {
	await batch.createNamespacedJob({ namespace, body: job() });
	const { status } = await eventually("the Job ends", async () => {
		const found = await batch.readNamespacedJob({ name, namespace });
		return (found.status?.succeeded ?? 0) + (found.status?.failed ?? 0) > 0 && found;
	});
	const { items } = await core.listNamespacedPod({ namespace, labelSelector: `job-name=${name}` });
	const output = await core.readNamespacedPodLog({ name: items[0]?.metadata?.name ?? "", namespace });
	expect(status?.succeeded, output).toBe(1);
	expect(output).toMatch(/networkchaos\S* condition met/);
	expect(output).toMatch(/partition +\S* +True/);
	expect(output).toMatch(/Normal +Applied/);
	expect(output).toMatch(/networkchaos\S* "pipeline" deleted/);
	expect(await networkChaos.all()).toEqual([]);
	expect(tablesLeft()).toEqual([]);
});
