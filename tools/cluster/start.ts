import { bootId } from "../lib/procfs.ts";
import type { Progress } from "../lib/progress.ts";
import { apiRequest } from "./api.ts";
import { issueControlPlane, issueNode } from "./certificates.ts";
import { makeCgroup } from "./cgroups.ts";
import { type Component, type ComponentRecord, startComponent } from "./component.ts";
import { containerd, ctr } from "./containerd.ts";
import { clientConfig, controlPlane } from "./control-plane.ts";
import { createDns, dnsAnswers } from "./dns.ts";
import { nodeFindings } from "./health.ts";
import { clusterImages, importInto } from "./images.ts";
import type { ClusterLayout, NodeLayout } from "./layout.ts";
import { addNodeNetwork, addSwitch, joinNodes } from "./network.ts";
import { kubelet, kubeProxy } from "./node-agents.ts";
import type { Programs } from "./programs.ts";
import { type ClusterState, writeState } from "./state.ts";
import { rememberSysctls } from "./sysctls.ts";
import { waitFor } from "./waiting.ts";

/** A cluster that is being started or changed: writes down each process as soon as it runs. */
export class Start {
	readonly #layout: ClusterLayout;
	readonly #programs: Programs;
	readonly #progress: Progress;
	#state: ClusterState;

	/** Goes on from `state`, or from nothing. */
	constructor(layout: ClusterLayout, programs: Programs, progress: Progress, state?: ClusterState) {
		this.#layout = layout;
		this.#programs = programs;
		this.#progress = progress;
		this.#state = state ?? { phase: "starting", bootId: bootId(), nodes: [], components: [], programs };
	}

	async #change(change: Partial<ClusterState>): Promise<void> {
		this.#state = { ...this.#state, ...change };
		await writeState(this.#layout, this.#state);
	}

	async #start(component: Component): Promise<ComponentRecord> {
		const record = startComponent(component);
		await this.#change({ components: [...this.#state.components, record] });
		return record;
	}

	/** Starts a control plane, the first node and cluster DNS, on a machine that holds nothing of this cluster. */
	async firstNode(): Promise<void> {
		const layout = this.#layout;
		const [first] = layout.nodes;
		await this.#change({ phase: "starting" });
		await this.#progress.step("making certificates, networks and cgroups", async () => {
			await rememberSysctls();
			makeCgroup(layout.componentsCgroup);
			await Promise.all([issueControlPlane(layout), addSwitch(layout)]);
		});
		const node = this.#nodeBase(first);
		await this.#progress.step("starting the control plane", async () => {
			await node;
			const [etcd, api, ...others] = await controlPlane(layout, this.#programs);
			const records: ComponentRecord[] = [];
			for (const each of [etcd, api]) if (each !== undefined) records.push(await this.#start(each));
			await waitFor("the API server's start", records, async () => {
				return (await apiRequest(layout, "GET", "/readyz")) === "ok";
			});
			for (const each of others) await this.#start(each);
		});
		await clientConfig(layout, "admin");
		await this.#nodeAgents(first);
		await this.#progress.step("waiting for cluster DNS", async () => {
			await waitFor("creating cluster DNS", [], async () => {
				await createDns(layout);
				return true;
			});
			await waitFor("an answer of cluster DNS", this.#state.components, () => dnsAnswers(layout));
		});
		await this.#change({ phase: "up" });
	}

	/** Adds the second node to a running cluster; it counts as one of its nodes once it is Ready. */
	async secondNode(): Promise<void> {
		const [first, second] = this.#layout.nodes;
		await this.#nodeBase(second);
		await joinNodes(first, second);
		await this.#nodeAgents(second);
	}

	async #nodeBase(node: NodeLayout): Promise<void> {
		const layout = this.#layout;
		await this.#progress.step(`starting the container runtime of ${node.name}`, async () => {
			await Promise.all([issueNode(layout, node), addNodeNetwork(layout, node)]);
			makeCgroup(node.cgroup);
			const record = await this.#start(await containerd(layout, node, this.#programs));
			await waitFor("the container runtime's start", [record], async () => {
				await ctr(node, this.#programs, ["version"]);
				return true;
			});
			const images = await clusterImages(this.#programs);
			await Promise.all(images.map((image) => importInto(node, this.#programs, image)));
		});
	}

	async #nodeAgents(node: NodeLayout): Promise<void> {
		const layout = this.#layout;
		await this.#progress.step(`waiting for node ${node.name} to be Ready`, async () => {
			const agents = [
				await this.#start(await kubeProxy(layout, node, this.#programs)),
				await this.#start(await kubelet(layout, node, this.#programs)),
			];
			await waitFor(`node ${node.name}`, agents, async () => {
				return (await nodeFindings(layout, [node.number])).every((finding) => finding.healthy);
			});
			await apiRequest(layout, "PATCH", `/api/v1/nodes/${node.name}`, {
				spec: { podCIDR: node.pods4, podCIDRs: [node.pods4, node.pods6] },
			});
			await this.#change({ nodes: [...this.#state.nodes, node.number] });
		});
	}
}
