import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiextensionsV1Api, CoreV1Api, CustomObjectsApi, KubeConfig } from "@kubernetes/client-node";
import { crd } from "../../api/crd.ts";
import type { Experiment } from "../../api/experiment.ts";
import { apiVersion, group, version } from "../../api/names.ts";
import { networkChaos } from "../../faults/network/spec.ts";
import { resolveCluster } from "../../provider/cluster/kubeconfig.ts";
import { KubernetesCluster } from "../../provider/cluster/kubernetes.ts";
import type { ClusterReference } from "../../provider/cluster/reference.ts";
import { Interrupts } from "../../provider/lifecycle/interrupts.ts";
import { type Lifecycles, lifecycles } from "../../provider/lifecycle/lifecycles.ts";
import type { ExperimentInputs } from "../../provider/lifecycle/state.ts";
import { kubeconfigPath } from "../../tools/cluster/cluster.ts";
import { eventually } from "../support/kubernetes.ts";
import { PuppetController } from "../support/puppet-controller.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";

const crdName = `networkchaos.${group}`;

/** The provider's lifecycle on a real API server, with a namespace of its own and a puppet in the controller's place. */
export class ProviderStage {
	readonly suffix = randomBytes(3).toString("hex");
	readonly namespace = `provider-${this.suffix}`;
	readonly folder = mkdtempSync(join(tmpdir(), "pulumi-chaos-provider-"));
	readonly said: string[] = [];
	readonly handlers: Lifecycles;
	readonly config = new KubeConfig();
	readonly reference: ClusterReference;
	readonly puppet: PuppetController;
	private readonly core: CoreV1Api;
	private readonly custom: CustomObjectsApi;
	private readonly extensions: ApiextensionsV1Api;
	private madeCrd = false;

	constructor() {
		this.config.loadFromFile(kubeconfigPath());
		this.reference = { kubeconfig: kubeconfigPath(), context: this.config.getCurrentContext() };
		this.core = this.config.makeApiClient(CoreV1Api);
		this.custom = this.config.makeApiClient(CustomObjectsApi);
		this.extensions = this.config.makeApiClient(ApiextensionsV1Api);
		this.puppet = new PuppetController(kubeconfigPath(), this.namespace);
		this.handlers = this.startProvider().handlers;
	}

	/** The handlers as another process of the provider has them, with what interrupts that process: it ends with it. */
	startProvider(): { handlers: Lifecycles; interrupts: Interrupts } {
		const interrupts = new Interrupts();
		const handlers = lifecycles({
			find(reference) {
				const found = resolveCluster(reference);
				return "config" in found ? { cluster: new KubernetesCluster(found), server: found.server } : found;
			},
			interrupts,
			patience: { noTargetMs: 500, noAnswerMs: 30_000, nodeMs: 500, unrecoverableMs: 500, tickMs: 50 },
			say: (sentence) => this.said.push(sentence),
		});
		return { handlers, interrupts };
	}

	/** Whether the cluster has no CRDs of ours; one that an Installation has put there is left alone. */
	async isBare(): Promise<boolean> {
		const definition = await this.definition();
		if (definition !== undefined && definition.metadata?.deletionTimestamp === undefined) return false;
		// Another test file has just asked for its deletion.
		await eventually("the CRD is gone", async () => (await this.definition()) === undefined);
		return true;
	}

	/** Makes the namespace. */
	async open(): Promise<void> {
		await this.core.createNamespace({ body: { metadata: { name: this.namespace } } });
	}

	/** Installs the CRD where there is none. */
	async installCrd(): Promise<void> {
		if (!(await this.isBare())) return;
		// The client's own type of a CRD knows no `enum` or `default`, and drops them.
		const definitions = { group: "apiextensions.k8s.io", version: "v1", plural: "customresourcedefinitions" };
		await this.custom.createClusterCustomObject({ ...definitions, body: crd(networkChaos) });
		this.madeCrd = true;
		const list = (): Promise<boolean> =>
			this.custom.listNamespacedCustomObject({ ...this.kind }).then(Boolean, () => false);
		await eventually("the CRD is served", list);
	}

	/** Removes all that was made. */
	async close(): Promise<void> {
		this.puppet.recovers = true;
		for (const { metadata } of await this.everywhere()) {
			if (metadata.namespace === this.namespace) await this.remove(metadata.name);
		}
		await eventually("all experiments are gone", async () =>
			(await this.everywhere()).every(({ metadata }) => metadata.namespace !== this.namespace),
		);
		await this.puppet.end();
		if (this.madeCrd) await this.extensions.deleteCustomResourceDefinition({ name: crdName });
		await this.core.deleteNamespace({ name: this.namespace });
		rmSync(this.folder, { recursive: true, force: true });
	}

	/** Inputs of an experiment in this namespace, as `check` leaves them. */
	inputs(name: string, more: Partial<ExperimentInputs> = {}): ExperimentInputs {
		return {
			kind: "NetworkChaos",
			name: `${name}-1a2b3c4d`,
			namespace: this.namespace,
			owner: `shop/dev/urn/NetworkChaos/${name}`,
			scope: this.suffix,
			cluster: this.reference,
			timeout: "60s",
			phase: "Injected",
			spec: { action: "partition", mode: "all", selector: { labelSelectors: { app: "front" } } },
			...more,
		};
	}

	async read(name: string): Promise<Experiment | undefined> {
		return (await this.everywhere()).find(
			({ metadata }) => metadata.name === name && metadata.namespace === this.namespace,
		);
	}

	/** Creates an object as kubectl would. */
	async create(name: string): Promise<void> {
		const { spec } = this.inputs(name);
		const body = { apiVersion, kind: "NetworkChaos", metadata: { name }, spec };
		await this.custom.createNamespacedCustomObject({ ...this.kind, body });
	}

	async remove(name: string): Promise<void> {
		await this.custom.deleteNamespacedCustomObject({ ...this.kind, name });
	}

	/** A reference for a service account that may do nothing. */
	async powerless(): Promise<ClusterReference> {
		const { namespace } = this;
		const name = "powerless";
		await this.core.createNamespacedServiceAccount({ namespace, body: { metadata: { name } } });
		const request = { spec: { audiences: [] } };
		const { status } = await this.core.createNamespacedServiceAccountToken({ namespace, name, body: request as never });
		return this.write("powerless", this.config.getCurrentCluster()?.server ?? "", { token: status?.token });
	}

	/** A reference that leads through a proxy, whose connections a test can cut. */
	async proxied(): Promise<{ reference: ClusterReference; proxy: TcpProxy }> {
		const upstream = new URL(this.config.getCurrentCluster()?.server ?? "");
		const proxy = await TcpProxy.start(upstream.hostname, Number(upstream.port));
		const { name: _, ...user } = this.config.getCurrentUser() ?? { name: "" };
		const credentials = {
			token: user.token,
			"client-certificate-data": user.certData,
			"client-key-data": user.keyData,
			"client-certificate": user.certFile,
			"client-key": user.keyFile,
		};
		return { reference: this.write("proxied", `https://127.0.0.1:${proxy.port}`, credentials), proxy };
	}

	/** A reference to an address where nobody listens. */
	async unreachable(): Promise<ClusterReference> {
		const proxy = await TcpProxy.start("127.0.0.1", 9);
		const { port } = proxy;
		await proxy.stop();
		return this.write("unreachable", `https://127.0.0.1:${port}`, {});
	}

	private write(name: string, server: string, user: object): ClusterReference {
		const config = {
			clusters: [{ name, cluster: { server, "insecure-skip-tls-verify": true } }],
			users: [{ name, user }],
			contexts: [{ name, context: { cluster: name, user: name } }],
		};
		const kubeconfig = join(this.folder, name);
		writeFileSync(kubeconfig, JSON.stringify(config), { mode: 0o600 });
		return { kubeconfig };
	}

	private async everywhere(): Promise<Experiment[]> {
		const list = { group, version, resourcePlural: "networkchaos" };
		return await this.custom.listCustomObjectForAllNamespaces(list).then(
			({ items }) => items,
			(error: { code?: number }) => (error.code === 404 ? [] : Promise.reject(error)),
		);
	}

	private definition() {
		return this.extensions.readCustomResourceDefinition({ name: crdName }).catch((error: { code?: number }) => {
			if (error.code === 404) return undefined;
			throw error;
		});
	}

	private get kind() {
		return { group, version, namespace: this.namespace, plural: "networkchaos" };
	}
}
