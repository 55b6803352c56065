import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RbacAuthorizationV1Api } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { clients } from "../support/kubernetes.ts";
import { experimentsStack, installationStack, partition, systemNamespace } from "../support/sample.ts";

const name = "marked-admin";
const namespace = "kube-system";
const { config, core } = clients();
const rbac = config.makeApiClient(RbacAuthorizationV1Api);
const folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-marked-"));
const kubeconfig = join(folder, "kubeconfig");
let token: string;

beforeAll(async () => {
	await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name } } });
	await rbac.createClusterRoleBinding({
		body: {
			metadata: { name },
			roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
			subjects: [{ kind: "ServiceAccount", name, namespace }],
		},
	});
	const request = { namespace, name, body: { spec: { audiences: [], expirationSeconds: 3600 } } };
	token = (await core.createNamespacedServiceAccountToken(request)).status?.token ?? "";
	const cluster = config.getCurrentCluster();
	const marked = {
		apiVersion: "v1",
		kind: "Config",
		clusters: [{ name, cluster: { server: cluster?.server, "certificate-authority-data": cluster?.caData } }],
		users: [{ name, user: { token } }],
		contexts: [{ name, context: { cluster: name, user: name } }],
		"current-context": name,
	};
	writeFileSync(kubeconfig, JSON.stringify(marked), { mode: 0o600 });
});

afterAll(async () => {
	await rbac.deleteClusterRoleBinding({ name });
	await core.deleteNamespacedServiceAccount({ namespace, name });
	rmSync(folder, { recursive: true, force: true });
});

/** Everything that controller and daemons have logged. */
async function systemLogs(): Promise<string> {
	const { items } = await core.listNamespacedPod({ namespace: systemNamespace });
	const logs = await Promise.all(
		items.map((pod) => core.readNamespacedPodLog({ namespace: systemNamespace, name: pod.metadata?.name ?? "" })),
	);
	return logs.join("\n");
}

it("keeps credentials and keys out of state, logs and terminal", async () => {
	const stack = await experimentsStack("marked", { cut: partition("front", "back") }, { kubeconfig });
	const printed: string[] = [];
	try {
		for (const operation of ["preview", "up", "refresh"] as const) {
			printed.push((await stack.ok(operation, "--logtostderr", "--verbose=9")).output);
		}
		const { items } = await core.listNamespacedSecret({ namespace: systemNamespace });
		const keys = items.flatMap(({ data }) =>
			Object.entries(data ?? {})
				.filter(([file]) => file.endsWith(".key"))
				.map(([, value]) => Buffer.from(value, "base64").toString()),
		);
		expect(keys.length).toBeGreaterThanOrEqual(2);
		// A line out of the middle of a key is enough to know it by, however it was quoted.
		const marks = [token, ...keys.map((key) => key.split("\n")[1] ?? key)];

		const installation = await installationStack();
		const places = {
			"state of the experiment": JSON.stringify(await stack.resources()),
			"state of the installation": JSON.stringify(await installation.resources()),
			"logs of the system": await systemLogs(),
			"output of the CLI": printed.join("\n"),
		};
		for (const [place, text] of Object.entries(places)) {
			expect(text.length, place).toBeGreaterThan(100);
			for (const mark of marks) expect(text.includes(mark), place).toBe(false);
		}
	} finally {
		await stack.ok("destroy");
		stack.dispose();
	}
});
