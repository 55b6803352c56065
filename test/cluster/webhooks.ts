import { connect } from "node:net";
import { dirname } from "node:path/posix";
import { KubeConfig } from "@kubernetes/client-node";
import type { Experiment } from "../../api/experiment.ts";
import { apiVersion } from "../../api/names.ts";
import { webhookConfiguration, webhookService } from "../../api/webhook.ts";
import { webhookFor } from "../../components/webhooks.ts";
import { ApiServer } from "../../controller/api-server.ts";
import type { NetworkChaosSpec } from "../../faults/network/spec.ts";
import { kubeconfigPath } from "../../tools/cluster/cluster.ts";
import { eventually } from "../support/kubernetes.ts";
import type { Stage } from "./stage.ts";

const configurations = "/apis/admissionregistration.k8s.io/v1";

/** What an Installation makes for admission, with the stage's controller behind it instead of a pod. */
export async function installWebhooks(stage: Stage): Promise<void> {
	const metadata = { name: webhookService };
	const services = `/api/v1/namespaces/${stage.system}/services`;
	await stage.make(services, { metadata, spec: { ports: [{ name: "webhook", port: 443, targetPort: 9443 }] } });
	await stage.make(slices(stage), await slice(stage));
	for (const [resource, purpose] of [
		["mutatingwebhookconfigurations", "mutate"],
		["validatingwebhookconfigurations", "validate"],
	] as const) {
		const webhooks = [webhookFor(purpose, stage.system)];
		await stage.make(`${configurations}/${resource}`, { metadata: { name: webhookConfiguration }, webhooks });
	}
	await eventually("the API server believes the controller", async () => {
		const bundles = await Promise.all(["mutating", "validating"].map((one) => bundleOf(stage, one)));
		return bundles.every((bundle) => bundle !== "");
	});
	await admitted(stage);
}

/** Leads the API server to the controller that runs now. */
export async function redirectWebhooks(stage: Stage): Promise<void> {
	await stage.server.patch(`${slices(stage)}/${webhookService}`, await slice(stage));
	await admitted(stage);
}

/** Has the API server say what it would make of a partition, without keeping it. */
export function tryPartition(
	stage: Stage,
	spec: Partial<NetworkChaosSpec> = {},
	server: ApiServer = stage.server,
): Promise<Experiment> {
	const whole = { action: "partition", mode: "all", selector: { labelSelectors: { app: "none" } }, ...spec };
	const body = { apiVersion, kind: "NetworkChaos", metadata: { generateName: "try-" }, spec: whole };
	return server.post<Experiment>(`${dirname(stage.path("try"))}?dryRun=All`, body);
}

/** The authorities that the API server believes, PEM; empty when there is none yet. */
export async function bundleOf(stage: Stage, which = "validating"): Promise<string> {
	const path = `${configurations}/${which}webhookconfigurations/${webhookConfiguration}`;
	const { webhooks } = await stage.server.get<{ webhooks: { clientConfig: { caBundle?: string } }[] }>(path);
	return Buffer.from(webhooks[0]?.clientConfig.caBundle ?? "", "base64").toString();
}

/** The API server as a user of this name who has no rights yet. */
export function asUser(name: string): ApiServer {
	const config = new KubeConfig();
	config.loadFromFile(kubeconfigPath());
	const [cluster, user] = [config.getCurrentCluster(), config.getCurrentUser()];
	if (!cluster || !user) throw new Error("the kubeconfig names no cluster or no user");
	config.loadFromClusterAndUser(cluster, { ...user, impersonateUser: name });
	return new ApiServer(config);
}

/** The way through the Service is open a moment after it is made. */
async function admitted(stage: Stage): Promise<void> {
	await eventually("the webhooks answer", () =>
		tryPartition(stage).then(
			() => true,
			() => false,
		),
	);
}

function slices(stage: Stage): string {
	return `/apis/discovery.k8s.io/v1/namespaces/${stage.system}/endpointslices`;
}

async function slice(stage: Stage): Promise<{ metadata: { name: string; labels: object }; [field: string]: unknown }> {
	return {
		metadata: { name: webhookService, labels: { "kubernetes.io/service-name": webhookService } },
		addressType: "IPv4",
		endpoints: [{ addresses: [await ownAddress()], conditions: { ready: true } }],
		ports: [{ name: "webhook", port: stage.ports.webhook }],
	};
}

/** The address of this machine by which it talks to the API server, and so one that the API server can reach. */
function ownAddress(): Promise<string> {
	const config = new KubeConfig();
	config.loadFromFile(kubeconfigPath());
	const { hostname, port } = new URL(config.getCurrentCluster()?.server ?? "");
	return new Promise((resolve, reject) => {
		const socket = connect(Number(port || 443), hostname, () => {
			resolve(socket.localAddress ?? "");
			socket.destroy();
		});
		socket.on("error", reject);
	});
}
