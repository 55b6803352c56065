import type { V1Pod } from "@kubernetes/client-node";
import type { Step } from "../../api/step.ts";
import type { NetworkChaosSpec } from "../../faults/network/spec.ts";
import type { PodChaosSpec } from "../../faults/pod/spec.ts";
import type { StressChaosSpec } from "../../faults/stress/spec.ts";
import type { TimeChaosSpec } from "../../faults/time/spec.ts";
import { servedQueues, shapersOf, tablesOf } from "../../tools/lib/pod-network.ts";
import { type PodProcess, podProcesses } from "../../tools/lib/pod-processes.ts";
import { isAlive, type ProcessId } from "../../tools/lib/procfs.ts";
import { vdso } from "../support/clocks/vdso.ts";
import { api, leasePath, namespace, podsOf, podsPath, until } from "./kube.ts";
import { whoWaits } from "./order.ts";
import type { Part } from "./parts.ts";

/** A target before anything was done to it. */
export interface Target {
	name: string;
	uid: string;
	/** Images of its containers, by name. */
	images: Record<string, string>;
	/** First process of its container. */
	first: ProcessId;
}

/** A step, and the how-manieth time it is passed in the phase. */
export type Passed = readonly [Step, number];

/** One kind of fault as the matrix drives it. */
export interface Scenario {
	name: string;
	kind: string;
	spec: NetworkChaosSpec | PodChaosSpec | StressChaosSpec | TimeChaosSpec;
	/** Can't be undone. */
	oneShot: boolean;
	/** The steps that each phase passes, in their order. */
	passes: { inject: readonly Passed[]; recover: readonly Passed[] };
	/** Whether the node's daemon takes part. */
	usesDaemon: boolean;
	/** Whether a helper of the daemon keeps it up. */
	usesHelper?: boolean;
	/** What is killed; default: everything. */
	parts?: readonly Part[];
	/** What comes before its recovery. */
	beforeRecovery?(): Promise<void>;
	/** What the target itself says, seen from outside. */
	look(target: Target): Promise<"in place" | "clean" | "neither" | "gone">;
}

/** Label of the targets. */
export const targetLabel = "app=front";
/** What a container of a target runs when nothing is done to it; its sandbox runs the same. */
export const ownCommand = "/pause";

const duration = "30m" as const;
const everyTarget = {
	mode: "all" as const,
	selector: { namespaces: [namespace as string], labelSelectors: { app: "front" } },
};
const once = (...steps: Step[]): Passed[] => steps.map((step) => [step, 1]);
const second: Passed = ["status-write", 2];

const partition: Scenario = {
	name: "partition",
	kind: "NetworkChaos",
	spec: { action: "partition", ...everyTarget, direction: "both", externalTargets: ["10.0.0.0/8"], duration },
	oneShot: false,
	usesDaemon: true,
	passes: {
		inject: [
			...once("finalizers-write", "status-write", "inject-call", "journal-put", "nft-replace", "journal-change"),
			second,
		],
		recover: [
			...once("status-write", "recover-call", "journal-change", "nft-delete", "journal-drop", "journal-rewrite"),
			...once("finalizers-write"),
		],
	},
	look: async ({ uid }) => {
		if (podProcesses(uid).length === 0) return "gone";
		const tables = tablesOf(uid);
		if (tables.length === 0) return "clean";
		return tables.length === 1 && tables[0]?.includes("drop") ? "in place" : "neither";
	},
};

const rate: Scenario = {
	...partition,
	name: "rate",
	spec: { action: "rate", ...everyTarget, direction: "both", rate: { rate: "10mbit" }, duration },
	passes: {
		inject: [
			...once("finalizers-write", "status-write", "inject-call", "journal-put", "ifb-add", "tc-add", "nft-replace"),
			...once("journal-change"),
			second,
		],
		recover: [
			...once("status-write", "recover-call", "journal-change", "nft-delete", "tc-delete", "ifb-delete"),
			...once("journal-drop", "journal-rewrite", "finalizers-write"),
		],
	},
	look: async ({ uid }) => {
		if (podProcesses(uid).length === 0) return "gone";
		const tables = tablesOf(uid).length;
		const queues = shapersOf(uid);
		if (tables === 0 && queues.length === 0) return "clean";
		// One table and one device for what is sent, and one for what is received; and the way to the first device.
		const whole = tables === 2 && queues.filter((line) => line.includes("tbf")).length === 2;
		return whole && queues.some((line) => line.includes("clsact")) ? "in place" : "neither";
	},
};

/** On nodes whose kernel has no netem: by the packet engine. */
const delay: Scenario = {
	...partition,
	name: "delay",
	spec: { action: "delay", ...everyTarget, delay: { latency: "100ms" }, duration },
	usesHelper: true,
	passes: {
		inject: [
			...once("finalizers-write", "status-write", "inject-call", "journal-put", "engine-add", "nft-replace"),
			...once("nft-append", "journal-change"),
			second,
		],
		recover: [
			...once("status-write", "recover-call", "journal-change", "engine-remove", "nft-delete", "engine-leave"),
			...once("journal-drop", "journal-rewrite", "finalizers-write"),
		],
	},
	look: async ({ uid }) => {
		if (podProcesses(uid).length === 0) return "gone";
		const [tables, served] = [tablesOf(uid), servedQueues(uid).length];
		// Rules that lead to a queue which nobody serves let packets through; that none of them stays is seen between two cells.
		if (served === 0) return "clean";
		return tables.length === 1 && /queue num|NFQUEUE/.test(tables[0] ?? "") && served === 1 ? "in place" : "neither";
	},
};

/** All kinds of fault, with what their lives pass; and a partition that is recovered in another term of a leader. */
export const scenarios: readonly Scenario[] = [
	partition,
	rate,
	delay,
	{
		...partition,
		name: "partition, new term",
		parts: ["leader", "frozen leader", "daemon", "API server", "etcd"],
		passes: { inject: [], recover: once("lease-create", "lease-write", "recover-call", "leader-write", "nft-delete") },
		// Without a Lease the leader stands for election again; it would go on in its old term until it notices.
		beforeRecovery: async () => {
			await api("DELETE", leasePath);
			await until("there is a Lease again, or somebody waits on the way there", async () =>
				whoWaits() ? true : (await api("GET", leasePath)) !== undefined,
			);
		},
	},
	{
		name: "stress",
		kind: "StressChaos",
		// On memory: on the processor it would stand in the way of the matrix itself.
		spec: { ...everyTarget, stressors: { memory: { workers: 1, size: "16MB" } }, duration },
		oneShot: false,
		usesDaemon: true,
		passes: {
			inject: [
				...once("finalizers-write", "status-write", "inject-call", "journal-put", "stress-start", "journal-change"),
				second,
			],
			recover: [
				...once("status-write", "recover-call", "journal-change", "stress-kill", "journal-drop", "journal-rewrite"),
				...once("finalizers-write"),
			],
		},
		look: async ({ uid }) => {
			if (podProcesses(uid).length === 0) return "gone";
			const others = containerProcesses(uid).filter(({ command }) => command !== ownCommand);
			if (others.length === 0) return "clean";
			// The holder of memory, and its worker.
			return others.length === 2 && others.every(({ command }) => command.startsWith("perl ")) ? "in place" : "neither";
		},
	},
	{
		name: "container-kill",
		kind: "PodChaos",
		spec: { action: "container-kill", ...everyTarget, containerNames: ["main"] },
		oneShot: true,
		usesDaemon: true,
		passes: {
			inject: [
				...once("finalizers-write", "status-write", "inject-call", "journal-put", "process-kill", "journal-change"),
				second,
			],
			recover: once("finalizers-write", "journal-change", "journal-drop", "journal-rewrite"),
		},
		look: async ({ first }) => (isAlive(first) ? "clean" : "in place"),
	},
	{
		name: "pod-failure",
		kind: "PodChaos",
		spec: { action: "pod-failure", ...everyTarget, duration },
		oneShot: false,
		usesDaemon: false,
		passes: {
			inject: [...once("finalizers-write", "status-write", "inject-call", "pod-patch"), second],
			recover: once("status-write", "recover-call", "pod-patch", "finalizers-write"),
		},
		look: lookAtImages,
	},
	{
		name: "pod-kill",
		kind: "PodChaos",
		spec: { action: "pod-kill", ...everyTarget },
		oneShot: true,
		usesDaemon: false,
		passes: {
			inject: [...once("finalizers-write", "status-write", "inject-call", "pod-delete"), second],
			recover: once("finalizers-write"),
		},
		look: async ({ name, uid }) => ((await podWith(name, uid)) ? "clean" : "in place"),
	},
	{
		name: "clock ahead",
		kind: "TimeChaos",
		spec: { ...everyTarget, timeOffset: "1h", clockIds: ["CLOCK_REALTIME", "CLOCK_MONOTONIC"], duration },
		oneShot: false,
		usesDaemon: true,
		passes: {
			inject: [
				...once("finalizers-write", "status-write", "inject-call", "journal-put", "vdso-patch", "journal-change"),
				second,
			],
			recover: [
				...once("status-write", "recover-call", "journal-change", "vdso-restore", "vdso-wipe", "journal-drop"),
				...once("journal-rewrite", "finalizers-write"),
			],
		},
		look: async ({ uid }) => {
			const [first] = containerProcesses(uid);
			return first ? lookAtClock(first) : "gone";
		},
	},
];

/** Moved: the functions of the process's vDSO are others than the kernel's, and so are the unused bytes behind them. */
function lookAtClock({ pid }: ProcessId): "in place" | "clean" | "neither" {
	const [own, theirs] = [vdso("self"), vdso(pid)];
	const unused = own.findLastIndex((byte) => byte !== 0) + 1;
	const changed = [...own].flatMap((byte, at) => (theirs[at] === byte ? [] : [at]));
	if (changed.length === 0) return "clean";
	return changed.some((at) => at < unused) && changed.some((at) => at >= unused) ? "in place" : "neither";
}

/** Failing: the API server has another image for all containers, and the node runs nothing of the pod's own. */
async function lookAtImages({ name, uid, images }: Target): ReturnType<Scenario["look"]> {
	const pod = await podWith(name, uid);
	if (!pod) return "gone";
	const others = pod.spec?.containers.filter((container) => container.image !== images[container.name]) ?? [];
	const marked = Object.keys(pod.metadata?.annotations ?? {}).some((key) => key.startsWith("pulumi-chaos.io/"));
	const running = containerProcesses(uid);
	const own = running.filter(({ command }) => command === ownCommand);
	if (others.length === 0 && !marked && own.length === 1 && running.length === 1) return "clean";
	const failing = others.length === pod.spec?.containers.length && marked && running.length > 0 && own.length === 0;
	return failing ? "in place" : "neither";
}

/** Processes of a pod's containers; its sandbox is the oldest one. */
export function containerProcesses(uid: string): PodProcess[] {
	return podProcesses(uid).slice(1);
}

async function podWith(name: string, uid: string): Promise<V1Pod | undefined> {
	const pod = await api<V1Pod>("GET", podsPath(namespace, name));
	return pod?.metadata?.uid === uid ? pod : undefined;
}

/** The targets as they are now. */
export async function currentTargets(): Promise<Target[]> {
	const pods = await podsOf(namespace, targetLabel);
	return pods.map(({ metadata, spec }) => {
		const uid = metadata?.uid ?? "";
		const [first] = containerProcesses(uid);
		if (!first) throw new Error(`container of ${metadata?.name} does not run`);
		const images = Object.fromEntries((spec?.containers ?? []).map(({ name, image = "" }) => [name, image]));
		return { name: metadata?.name ?? "", uid, images, first };
	});
}
