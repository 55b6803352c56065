import { randomBytes } from "node:crypto";
import { request } from "node:https";
import { isIP } from "node:net";
import { dirname } from "node:path/posix";
import { KubeConfig } from "@kubernetes/client-node";
import { crd } from "../../api/crd.ts";
import { emergencyStopDefinition, emergencyStopPlural, emergencyStopsPath } from "../../api/emergency-stop.ts";
import type { Experiment } from "../../api/experiment.ts";
import { createLog } from "../../api/log.ts";
import { apiVersion, group, ownGroup, systemLabel } from "../../api/names.ts";
import { ownProbe, ownProbeDefinition, ownProbesPath } from "../../api/own-probe.ts";
import type { Condition, ConditionType } from "../../api/status.ts";
import { webhookConfiguration } from "../../api/webhook.ts";
import { probeRules } from "../../components/probe-access.ts";
import { ApiServer, isStatus } from "../../controller/api-server.ts";
import { authoritySecret, daemonSecret } from "../../controller/certificate-secrets.ts";
import { type Lifetimes, usualLifetimes } from "../../controller/certificates.ts";
import { Controller, type Ports } from "../../controller/controller.ts";
import { type ElectionTimes, usualTimes } from "../../controller/election.ts";
import type { Secret } from "../../controller/secret.ts";
import type { NetworkChaosSpec } from "../../faults/network/spec.ts";
import type { PodChaosSpec } from "../../faults/pod/spec.ts";
import { faults } from "../../faults/registry.ts";
import { guardRailsDefinition, guardRailsPath, guardRailsPlural } from "../../guard-rails/object.ts";
import type { KubeObject, Pod } from "../../selection/pod.ts";
import { kubeconfigPath } from "../../tools/cluster/cluster.ts";
import { DaemonDouble } from "../support/daemon-double.ts";
import { eventually } from "../support/kubernetes.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";

/** What the controller may do everywhere, and in its own namespace: the tables of docs/controller.md. */
const clusterRights = [
	{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch", "patch", "delete"] },
	{ apiGroups: [""], resources: ["namespaces"], verbs: ["get"] },
	{ apiGroups: [""], resources: ["nodes"], verbs: ["get", "list"] },
	{ apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
	{
		apiGroups: [group],
		resources: Object.values(faults).map(({ kind }) => kind.plural),
		verbs: ["get", "list", "watch", "patch"],
	},
	{
		apiGroups: [group],
		resources: Object.values(faults).map(({ kind }) => `${kind.plural}/status`),
		verbs: ["update"],
	},
	{ apiGroups: [ownGroup], resources: [emergencyStopPlural, guardRailsPlural], verbs: ["list", "watch"] },
	{ apiGroups: [ownGroup], resources: [ownProbe.plural], verbs: ["get", "list", "watch"] },
	{ apiGroups: [ownGroup], resources: [`${ownProbe.plural}/status`], verbs: ["update"] },
	{ apiGroups: ["authorization.k8s.io"], resources: ["subjectaccessreviews"], verbs: ["create"] },
	{
		apiGroups: ["admissionregistration.k8s.io"],
		resources: ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
		resourceNames: [webhookConfiguration],
		verbs: ["get", "patch"],
	},
	...probeRules(),
];
const ownRights = [
	{ apiGroups: [""], resources: ["secrets"], verbs: ["create"] },
	{ apiGroups: [""], resources: ["secrets"], resourceNames: [authoritySecret, daemonSecret], verbs: ["get", "update"] },
	{ apiGroups: ["coordination.k8s.io"], resources: ["leases"], verbs: ["create"] },
	{
		apiGroups: ["coordination.k8s.io"],
		resources: ["leases"],
		resourceNames: ["pulumi-chaos-controller"],
		verbs: ["get", "update"],
	},
];

/** An event of Kubernetes, as far as tests look at it. */
export interface KubeEvent {
	type: string;
	reason: string;
	message: string;
	count: number;
	involvedObject: { uid: string };
}

/** A controller, its ports, and its way to the API server. */
export interface Replica {
	controller: Controller;
	ports: Ports;
	proxy: TcpProxy;
}

/** What a pod has besides, or instead of, what every one has. */
export interface PodChanges {
	metadata?: object;
	spec?: object;
	status?: object;
}

/**
 * A real API server with namespaces, nodes and pods made for one test file: pods are objects only, no kubelet runs them. The
 * controller runs in this process, behind a proxy that can cut it off; each node has a double of the daemon on loopback.
 */
export class Stage {
	readonly suffix = randomBytes(3).toString("hex");
	readonly shop = `shop-${this.suffix}`;
	readonly system = `chaos-${this.suffix}`;
	readonly log: string[] = [];
	readonly daemons = new Map<string, DaemonDouble>();
	readonly #config: KubeConfig;
	readonly #made: string[] = [];
	readonly #experiments: string[] = [];
	readonly server: ApiServer;
	proxy: TcpProxy | undefined;
	controller: Controller | undefined;
	/** Those of the controller that runs. */
	ports: Ports = { health: 0, webhook: 0 };
	readonly #lifetimes: Lifetimes;
	readonly #times: ElectionTimes;

	/**
	 * @param lifetimes - how long the controller's certificates are valid
	 * @param times - of the election of controllers
	 */
	constructor(lifetimes = usualLifetimes, times = usualTimes) {
		this.#lifetimes = lifetimes;
		this.#times = times;
		this.#config = new KubeConfig();
		this.#config.loadFromFile(kubeconfigPath());
		this.server = new ApiServer(this.#config);
	}

	/** Name of an imagined node. */
	node(number: number): string {
		return `node-${number}-${this.suffix}`;
	}

	/** Makes CRD, namespaces and nodes, starts the controller, then a daemon on each node. */
	async open(nodes = 2): Promise<void> {
		await this.#installCrds();
		for (const name of [this.shop, this.system]) await this.make("/api/v1/namespaces", { metadata: { name } });
		for (let number = 1; number <= nodes; number++) await this.createNode(number);
		const upstream = new URL(this.#config.getCurrentCluster()?.server ?? "");
		this.proxy = await TcpProxy.start(upstream.hostname, Number(upstream.port));
		await this.#makeAccount();
		await this.startController();
		for (let number = 1; number <= nodes; number++) await this.startDaemon(number);
	}

	/** Starts the controller; with the same Secrets it goes on where another has left off. */
	async startController(): Promise<void> {
		const { controller, ports } = await this.startReplica("first", this.proxy);
		this.controller = controller;
		this.ports = ports;
		await eventually("the controller is ready", async () => (await this.readiness()).ok, 30);
	}

	/** Starts one more controller, behind that proxy or a new one; whoever starts it stops both. */
	async startReplica(identity: string, by?: TcpProxy): Promise<Replica> {
		const upstream = new URL(this.#config.getCurrentCluster()?.server ?? "");
		const proxy = by ?? (await TcpProxy.start(upstream.hostname, Number(upstream.port)));
		const config = {
			namespace: this.system,
			defaultDurationMs: 3_600_000,
			leaseMs: 60_000,
			allowHostNetwork: false,
			workers: 8,
			healthPort: 0,
			webhookPort: 0,
			systemImage: "pulumi-chaos:test",
			logLevel: "debug",
		} as const;
		const kubeConfig = await this.#asController(proxy);
		const log = createLog("debug", (line) => this.log.push(line)).with({ replica: identity });
		const options = { kubeConfig, config, identity, log, lifetimes: this.#lifetimes, times: this.#times };
		const controller = new Controller(options);
		return { controller, proxy, ports: await controller.start() };
	}

	/** What the controller answers to the kubelet's question whether it is ready. */
	async readiness(): Promise<Response> {
		return fetch(`http://127.0.0.1:${this.ports.health}/readyz`);
	}

	async stopController(): Promise<void> {
		await this.controller?.stop();
		this.controller = undefined;
	}

	/** Starts the double of a node's daemon, and its pod. */
	async startDaemon(number: number): Promise<DaemonDouble> {
		const address = `127.0.0.${10 + number}`;
		const secret = await this.server.get<Secret>(`/api/v1/namespaces/${this.system}/secrets/${daemonSecret}`);
		const read = (key: string): string => Buffer.from(secret.data?.[key] ?? "", "base64").toString();
		const tls = { ca: read("ca.crt"), cert: read("tls.crt"), key: read("tls.key") };
		const double = await DaemonDouble.start(address, tls);
		this.daemons.set(this.node(number), double);
		await this.runPod(this.system, `daemon-${number}`, { [systemLabel]: "daemon" }, number, address);
		return double;
	}

	daemon(number: number): DaemonDouble {
		const double = this.daemons.get(this.node(number));
		if (!double) throw new Error(`no daemon on node ${number}`);
		return double;
	}

	/** Removes all that was made. */
	async close(): Promise<void> {
		for (const path of this.#experiments) {
			// In this order: an experiment that is not being deleted gets its finalizer back from the controller.
			await remove(this.#config, path);
			await this.server.patch(path, { metadata: { finalizers: null } }).catch(unlessGone);
		}
		await this.stopController();
		for (const double of this.daemons.values()) await double.stop();
		await this.proxy?.stop();
		for (const path of this.#made.reverse()) await remove(this.#config, path);
		this.server.close();
	}

	/** Makes a pod that runs, as far as the API server knows. */
	async runPod(
		namespace: string,
		name: string,
		labels: Record<string, string>,
		number = 1,
		ip = `10.9.${number}.${randomBytes(1)[0]}`,
		changes: PodChanges = {},
	): Promise<Pod> {
		const path = `/api/v1/namespaces/${namespace}/pods`;
		await eventually(`namespace ${namespace} takes pods`, () =>
			this.server
				.post(path, {
					metadata: { name, labels, ...changes.metadata },
					spec: {
						nodeName: this.node(number),
						tolerations: [{ operator: "Exists" }],
						automountServiceAccountToken: false,
						containers: [{ name: "main", image: "none" }],
						...changes.spec,
					},
				})
				.then(
					() => true,
					// The service account of a new namespace takes a moment.
					(error: unknown) => !isStatus(error, 403) && Promise.reject(error),
				),
		);
		this.#made.push(`${path}/${name}`);
		return this.server.patch<Pod>(`${path}/${name}/status`, {
			status: {
				phase: "Running",
				podIP: ip,
				podIPs: [{ ip }],
				conditions: [{ type: "Ready", status: "True" }],
				containerStatuses: [
					{
						name: "main",
						image: "none",
						imageID: "",
						ready: true,
						restartCount: 0,
						containerID: `containerd://${randomBytes(32).toString("hex")}`,
						state: { running: { startedAt: new Date().toISOString() } },
					},
				],
				...changes.status,
			},
		});
	}

	/** With a grace period (s) the pod only begins to go: no kubelet is there to see it off. */
	async deletePod(namespace: string, name: string, graceSeconds = 0): Promise<void> {
		await remove(this.#config, `/api/v1/namespaces/${namespace}/pods/${name}`, graceSeconds);
	}

	/** Creates a partition of pods with the label app=<name>; of the namespace `shop` if the metadata do not say another. */
	async create(
		name: string,
		spec: Partial<NetworkChaosSpec>,
		metadata: { namespace?: string; finalizers?: string[]; annotations?: Record<string, string> } = {},
	): Promise<Experiment> {
		const whole = { action: "partition", mode: "all", selector: { labelSelectors: { app: name } }, ...spec };
		const body = { apiVersion, kind: "NetworkChaos", metadata: { name, ...metadata }, spec: whole };
		const path = this.path(name, metadata.namespace);
		this.#experiments.push(path);
		return this.server.post<Experiment>(dirname(path), body);
	}

	/** Creates an experiment with pods that fail; returns its path. */
	async createPodChaos(name: string, spec: PodChaosSpec): Promise<string> {
		const path = this.path(name, this.shop, "podchaos");
		this.#experiments.push(path);
		await this.server.post(dirname(path), { apiVersion, kind: "PodChaos", metadata: { name }, spec });
		return path;
	}

	/** Deletes an object. */
	async remove(path: string): Promise<void> {
		await remove(this.#config, path);
	}

	/** Asks for the deletion of an experiment. */
	async delete(name: string): Promise<void> {
		await remove(this.#config, this.path(name));
	}

	async createNamespace(name: string): Promise<void> {
		await this.make("/api/v1/namespaces", { metadata: { name } });
	}

	/** Makes a node that no machine stands behind. */
	async createNode(number: number): Promise<void> {
		await this.make("/api/v1/nodes", { metadata: { name: this.node(number) } });
	}

	async read(name: string, namespace?: string): Promise<Experiment | undefined> {
		return this.server.get<Experiment>(this.path(name, namespace)).catch(unlessGone);
	}

	async annotate(name: string, annotations: Record<string, string | null>): Promise<void> {
		await this.server.patch(this.path(name), { metadata: { annotations } });
	}

	path(name: string, namespace = this.shop, plural = "networkchaos"): string {
		return `/apis/${apiVersion}/namespaces/${namespace}/${plural}/${name}`;
	}

	/** Waits for a condition; returns the experiment as it was then. */
	async until(
		name: string,
		type: ConditionType,
		status: Condition["status"],
		reason?: Condition["reason"],
		seconds = 20,
		namespace?: string,
	): Promise<Experiment> {
		return eventually(
			`${type}=${status} ${reason ?? ""} of ${name}`,
			async () => {
				const experiment = await this.read(name, namespace);
				const found = conditionOf(experiment, type);
				return found?.status === status && (!reason || found.reason === reason) && experiment;
			},
			seconds,
		);
	}

	async gone(name: string, seconds = 20): Promise<void> {
		await eventually(`${name} is gone`, async () => (await this.read(name)) === undefined, seconds);
	}

	/** Events on an object, oldest first. */
	async events(uid: string): Promise<KubeEvent[]> {
		const path = `/api/v1/namespaces/${this.shop}/events`;
		const { items } = await this.server.get<{ items: KubeEvent[] }>(path, {
			fieldSelector: `involvedObject.uid=${uid}`,
		});
		return items;
	}

	/** The service account that the controller runs as, with the rights that docs/controller.md lists and no other. */
	async #makeAccount(): Promise<void> {
		const name = `controller-${this.suffix}`;
		const rbac = "rbac.authorization.k8s.io";
		const bindings = { apiGroup: rbac, name };
		const subjects = [{ kind: "ServiceAccount", name, namespace: this.system }];
		await this.make(`/api/v1/namespaces/${this.system}/serviceaccounts`, { metadata: { name } });
		const cluster = `/apis/${rbac}/v1`;
		await this.make(`${cluster}/clusterroles`, { metadata: { name }, rules: clusterRights });
		const clusterBinding = { metadata: { name }, roleRef: { kind: "ClusterRole", ...bindings }, subjects };
		await this.make(`${cluster}/clusterrolebindings`, clusterBinding);
		const own = `${cluster}/namespaces/${this.system}`;
		await this.make(`${own}/roles`, { metadata: { name }, rules: ownRights });
		const binding = { metadata: { name }, roleRef: { kind: "Role", ...bindings }, subjects };
		await this.make(`${own}/rolebindings`, binding);
	}

	/** Credentials of the controller's service account, through the proxy. */
	async #asController(proxy: TcpProxy): Promise<KubeConfig> {
		const config = new KubeConfig();
		config.loadFromFile(kubeconfigPath());
		const cluster = config.getCurrentCluster();
		if (!cluster) throw new Error("the kubeconfig names no cluster");
		const account = `/api/v1/namespaces/${this.system}/serviceaccounts/controller-${this.suffix}/token`;
		const { status } = await this.server.post<{ status: { token: string } }>(account, { spec: {} });
		// The proxy passes TLS through: the server is still to be known by its own name, not by the proxy's address.
		const { hostname } = new URL(cluster.server);
		const server = `https://127.0.0.1:${proxy.port}`;
		const proxied = { ...cluster, server, ...(isIP(hostname) === 0 && { tlsServerName: hostname }) };
		config.loadFromClusterAndUser(proxied, { name: "controller", token: status.token });
		return config;
	}

	async #installCrds(): Promise<void> {
		const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
		const experiments = Object.values(faults).map(({ kind }) => ({
			served: `/apis/${apiVersion}/${kind.plural}`,
			definition: { ...crd(kind), metadata: { name: `${kind.plural}.${group}` } },
		}));
		const own = [
			{ served: emergencyStopsPath, plural: emergencyStopPlural, definition: emergencyStopDefinition() },
			{ served: guardRailsPath, plural: guardRailsPlural, definition: guardRailsDefinition() },
			{ served: ownProbesPath, plural: ownProbe.plural, definition: ownProbeDefinition() },
		].map(({ served, plural, definition }) => ({
			served,
			definition: { ...definition, metadata: { name: `${plural}.${ownGroup}` } },
		}));
		for (const { served, definition } of [...experiments, ...own]) {
			// One of a stage before may still be on its way out, with all objects in it.
			await eventually(`${served} is made`, async () => {
				await this.make(path, definition).catch((error: unknown) => {
					if (!isStatus(error, 409)) throw error;
				});
				const made = await this.server.get<KubeObject>(`${path}/${definition.metadata.name}`).catch(unlessGone);
				return made !== undefined && made.metadata.deletionTimestamp === undefined;
			});
			await eventually(`${served} is served`, () => this.server.get(served).then(Boolean, () => false));
		}
	}

	/** Makes an object that goes when the stage is closed. */
	async make(path: string, body: { metadata: { name: string }; [field: string]: unknown }): Promise<void> {
		await this.server.post(path, body);
		this.#made.push(`${path}/${body.metadata.name}`);
	}
}

/** Takes it that there is nothing. */
function unlessGone(error: unknown): undefined {
	if (!isStatus(error, 404)) throw error;
}

/** Deletes at once, or asks for it where a finalizer holds; nothing there is as good. */
async function remove(config: KubeConfig, path: string, graceSeconds = 0): Promise<void> {
	const url = new URL(`${config.getCurrentCluster()?.server}${path}?gracePeriodSeconds=${graceSeconds}`);
	const options = { method: "DELETE" };
	await config.applyToHTTPSOptions(options);
	await new Promise<void>((resolve, reject) => {
		const sent = request(url, options, (response) => {
			response.resume();
			const status = response.statusCode ?? 0;
			if (status < 300 || status === 404) response.on("end", resolve);
			else reject(new Error(`DELETE ${path}: ${status}`));
		});
		sent.on("error", reject);
		sent.end();
	});
}

/** A condition of an experiment. */
export function conditionOf(experiment: Experiment | undefined, type: ConditionType): Condition | undefined {
	return experiment?.status?.conditions?.find((condition) => condition.type === type);
}
