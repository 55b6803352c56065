import { CoreV1Api, KubeConfig, type V1Pod, type V1Service } from "@kubernetes/client-node";
import { inParallel } from "../../images/sample/parallel.ts";
import type { Peer, Reached } from "../../images/sample/report.ts";
import { execInPod } from "./pod-exec.ts";

/** Where the sample application is, and how patient to be. */
export interface ReachOptions {
	/** Path of a kubeconfig, whose current context is used. */
	kubeconfig: string;
	/** Namespace of the sample application. */
	namespace: string;
	/** How long one attempt may take, in milliseconds. Default: 1000. */
	timeoutMs?: number;
	/** Pods that are asked at a time; more of them take processor time from each other. Default: 3. */
	parallel?: number;
}

/** What one pod reaches. */
export interface PodReport {
	pod: string;
	role: string;
	/** One entry for each address of each other pod and of each Service. */
	reached: Reached[];
	/** Why the pod could not be asked; null when it was. */
	error: string | null;
}

/** What starting a command in a pod may take on a busy machine, in milliseconds. */
const startMs = 30_000;

/**
 * Asks every running pod of the sample application which peers it reaches. The peers come from the API server, so neither the
 * question nor the answer needs the network of the pod: it works in one that is cut off from everything.
 *
 * @throws Error when the API server can't be asked, or there is no pod; a pod that fails is in its report.
 */
export async function reach(options: ReachOptions): Promise<PodReport[]> {
	const { kubeconfig, namespace, timeoutMs = 1000, parallel = 3 } = options;
	const config = new KubeConfig();
	config.loadFromFile(kubeconfig);
	const core = config.makeApiClient(CoreV1Api);
	const [pods, services] = await Promise.all([
		core.listNamespacedPod({ namespace, labelSelector: "app" }),
		core.listNamespacedService({ namespace, labelSelector: "app" }),
	]);
	const running = pods.items.filter(isRunning);
	if (running.length === 0) throw new Error(`no pod of the sample application runs in namespace "${namespace}"`);
	const peers = peersOf(running, services.items);
	return inParallel(running, parallel, async (pod): Promise<PodReport> => {
		const from = { pod: nameOf(pod), role: roleOf(pod) };
		const others = peers.filter(({ via, name }) => via === "service" || name !== from.pod);
		const command = ["reach", "--timeout", String(timeoutMs), "--peers", JSON.stringify(others)];
		try {
			const call = { namespace, pod: from.pod, container: "server", command };
			// At worst all attempts of a pod time out, a few at a time.
			const output = await execInPod(config, { ...call, timeoutMs: startMs + others.length * timeoutMs });
			if (output.code !== 0) throw new Error(`ended with ${output.code}: ${output.stderr.trim()}`);
			return { ...from, reached: JSON.parse(output.stdout) as Reached[], error: null };
		} catch (error) {
			return { ...from, reached: [], error: error instanceof Error ? error.message : String(error) };
		}
	});
}

const nameOf = ({ metadata }: V1Pod | V1Service): string => metadata?.name ?? "";
const roleOf = ({ metadata }: V1Pod | V1Service): string => metadata?.labels?.["app"] ?? "";
const isRunning = ({ metadata, status }: V1Pod) =>
	status?.phase === "Running" && metadata?.deletionTimestamp === undefined;

/** Every address of the pods and of the Services that have one of their own. */
export function peersOf(pods: readonly V1Pod[], services: readonly V1Service[]): Peer[] {
	const ofPods = pods.flatMap((pod) =>
		(pod.status?.podIPs ?? []).map(({ ip }) => ({
			role: roleOf(pod),
			name: nameOf(pod),
			via: "pod" as const,
			address: ip,
		})),
	);
	const ofServices = services.flatMap((service) =>
		(service.spec?.clusterIPs ?? [])
			.filter((address) => address !== "None")
			.map((address) => ({ role: roleOf(service), name: nameOf(service), via: "service" as const, address })),
	);
	return [...ofPods, ...ofServices];
}
