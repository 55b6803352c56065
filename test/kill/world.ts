import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { V1Deployment, V1Pod } from "@kubernetes/client-node";
import { cgroupFolders, cgroupPids } from "../../tools/cluster/cgroups.ts";
import { down, importImage, up } from "../../tools/cluster/cluster.ts";
import { pauseImage } from "../../tools/cluster/containerd.ts";
import { footprint } from "../../tools/cluster/footprint.ts";
import { networkSettings } from "../../tools/lib/network-settings.ts";
import { commandLine, mountPoints } from "../../tools/lib/procfs.ts";
import { installationFolder, systemNamespace } from "../support/sample.ts";
import { Stack } from "../support/stack.ts";
import { meetingPlace } from "./crash/order.ts";
import { crashImage } from "./image.ts";
import { api, isReady, namespace, podsOf, until } from "./kube.ts";
import { layout, leaseSeconds } from "./layout.ts";

const [first, victim] = layout.nodes;
/** Where daemons keep a folder for the journal of each node. */
export const journals = "/var/lib/pulumi-chaos/journal";
/** How many pods are hit. */
export const targetCount = 2;

/** Brings up the cluster with the system on it, built with crash points, and the targets on the second node. */
export async function createWorld(): Promise<void> {
	makeMeetingPlace();
	await up({ layout, nodes: 2 });
	const image = await crashImage();
	await importImage(image.archive, layout);
	const installation = await Stack.create(installationFolder, "kill", {
		"pulumi-chaos:kubeconfig": layout.kubeconfig,
		image: image.ref,
		verifySeconds: "2",
		leaseSeconds: String(leaseSeconds),
	});
	try {
		await installation.ok("up");
	} finally {
		installation.dispose();
	}
	await letControllerMeet();
	await api("POST", "/api/v1/namespaces", { metadata: { name: namespace } });
	await api("POST", `/apis/apps/v1/namespaces/${namespace}/deployments`, targets());
	await until("the system and the targets are ready", isWorldReady);
}

/** Takes the cluster down, and away what it has left on the disk as a node does. */
export async function removeWorld(): Promise<void> {
	await down({ layout });
	for (const { name } of layout.nodes) rmSync(join(journals, name), { recursive: true, force: true });
	removeMeetingPlace();
}

function removeMeetingPlace(): void {
	rmSync(meetingPlace, { recursive: true, force: true });
}

/** What a look at the machine finds of this cluster. */
export async function traces(): Promise<string[]> {
	const own = [layout.state, layout.run, `${layout.cgroup}/`, layout.hostInterface];
	return Object.values(await footprint())
		.flat()
		.filter((line) => own.some((name) => line.includes(name)));
}

function makeMeetingPlace(): void {
	removeMeetingPlace();
	mkdirSync(meetingPlace, { recursive: true });
	// The controller's user is nobody on this machine.
	chmodSync(meetingPlace, 0o777);
}

/** Gives the controller a way to the meeting place, which daemons have anyhow, and a node that is not killed. */
async function letControllerMeet(): Promise<void> {
	const path = `/apis/apps/v1/namespaces/${systemNamespace}/deployments/pulumi-chaos-controller`;
	const { spec } = (await api<V1Deployment>("GET", path)) ?? {};
	const [container] = spec?.template.spec?.containers ?? [];
	const volumeMounts = [{ name: "kill", mountPath: meetingPlace }];
	const pod = {
		nodeSelector: { "kubernetes.io/hostname": first.name },
		volumes: [{ name: "kill", hostPath: { path: meetingPlace } }],
		containers: [{ ...container, volumeMounts }],
	};
	await api("PATCH", path, { spec: { template: { spec: pod } } });
}

function targets(): object {
	const labels = { app: "front" };
	const spec = {
		nodeSelector: { "kubernetes.io/hostname": victim.name },
		terminationGracePeriodSeconds: 0,
		// A node that is away for a moment keeps its pods.
		tolerations: [{ operator: "Exists" }],
		containers: [{ name: "main", image: pauseImage, imagePullPolicy: "Never" }],
	};
	return {
		metadata: { name: "front" },
		spec: { replicas: targetCount, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
	};
}

/** Whether controller, daemons and targets are ready, and nothing else of them is there. */
export async function isWorldReady(): Promise<boolean> {
	const part = (name: string) => podsOf(systemNamespace, `app.kubernetes.io/component=${name}`);
	const ready = (pods: readonly V1Pod[], count: number) => pods.length === count && pods.every(isReady);
	return (
		ready(await part("controller"), 2) &&
		ready(await part("daemon"), 2) &&
		ready(await podsOf(namespace, "app=front"), targetCount)
	);
}

/** Ids, addresses and names of devices that are made anew with each pod and container. */
const madeUp =
	/[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}|(?<=kube-api-access-|front-\w+-)\w{5}|\b10(\.\d+){3}\b|\bf(d|e80:)[0-9a-f:]+\b|\bveth\w+|(?<=\bendpoint-)\w+/g;

/** Processes, mounts, cgroups and network settings of the cluster, as a list that does not depend on which pods have been replaced. */
export function dump(): string[] {
	const own = [layout.run, layout.state];
	return [
		...networkSettings(cgroupPids(layout.cgroup)),
		...cgroupPids(layout.cgroup).map((pid) => `process ${commandLine(pid).join(" ")}`),
		...mountPoints().flatMap((path) => (own.some((folder) => path.startsWith(`${folder}/`)) ? [`mount ${path}`] : [])),
		...cgroupFolders(layout.cgroup).map((path) => `cgroup ${path}`),
	].map((line) => line.replace(madeUp, "*"));
}
