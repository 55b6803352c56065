import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { V1Pod } from "@kubernetes/client-node";
import { cgroupPids } from "../../tools/cluster/cgroups.ts";
import { type Component, startComponent } from "../../tools/cluster/component.ts";
import { containerd } from "../../tools/cluster/containerd.ts";
import { controlPlane } from "../../tools/cluster/control-plane.ts";
import { crashNode } from "../../tools/cluster/leftovers.ts";
import { Start } from "../../tools/cluster/start.ts";
import { readState, writeState } from "../../tools/cluster/state.ts";
import { tablesLeft } from "../../tools/lib/pod-network.ts";
import { podProcesses } from "../../tools/lib/pod-processes.ts";
import { commandLine, isAlive } from "../../tools/lib/procfs.ts";
import { run } from "../../tools/lib/run.ts";
import { systemNamespace } from "../support/sample.ts";
import { api, leaderPod, namespace, podsOf, podsPath, until } from "./kube.ts";
import { layout, leaseSeconds } from "./layout.ts";
import { whoWaits } from "./order.ts";
import type { Part } from "./parts.ts";
import { containerProcesses, type Target } from "./scenarios.ts";

const [, victim] = layout.nodes;
const quiet = { note: () => {}, step: <T>(_what: string, task: () => Promise<T>) => task() };

/** What of the cluster a cell may kill, and how it comes back; what Kubernetes brings back by itself has no `restart`. */
interface Killer {
	kill(target: Target): Promise<void>;
	restart?(): Promise<void>;
}

/** Pulumi is killed where it is run. */
export const killers: Readonly<Record<Exclude<Part, "pulumi">, Killer>> = {
	leader: { kill: async () => kill9((await leader()).first) },
	"frozen leader": { kill: async () => untilAnotherLeads(whoWaits()?.host ?? "nobody") },
	"cut-off leader": cutOff(leader, untilAnotherLeads),
	daemon: { kill: async () => kill9((await daemon()).first) },
	"cut-off daemon": cutOff(daemon, untilItGaveUp),
	helper: { kill: async () => kill9(helper()) },
	"API server": component("kube-apiserver"),
	etcd: component("etcd"),
	runtime: component(`containerd of ${victim.name}`),
	"target container": {
		kill: async ({ uid }) => kill9(containerProcesses(uid)[0]?.pid),
	},
	"target pod": {
		kill: async ({ name }) => {
			await api("DELETE", podsPath(namespace, name), { gracePeriodSeconds: 0 });
		},
	},
	node: { kill: () => crashNode(layout, victim), restart: startNode },
};

/** The packet engine of the second node. */
function helper(): number | undefined {
	return cgroupPids(victim.cgroup).find((pid) => commandLine(pid).some((word) => word.endsWith("/packet-engine.mjs")));
}

interface PodProcesses {
	pod: string;
	/** The one that keeps the pod's network namespace. */
	sandbox: number;
	/** The first one of its container. */
	first: number;
}

/** The controller that waits at its step, or else holds the Lease. */
async function leader(): Promise<PodProcesses> {
	const waiting = whoWaits()?.host;
	const pods = await podsOf(systemNamespace, "app.kubernetes.io/component=controller");
	const named = (name: string | undefined) => pods.find(({ metadata }) => metadata?.name === name);
	return processesOf(named(waiting) ?? named(await leaderPod()));
}

function processesOf(pod: V1Pod | undefined): PodProcesses {
	const [sandbox, first] = podProcesses(pod?.metadata?.uid ?? "");
	if (!sandbox || !first) throw new Error(`pod ${pod?.metadata?.name} does not run`);
	return { pod: pod?.metadata?.name ?? "", sandbox: sandbox.pid, first: first.pid };
}

/** Until the Lease is another's, and that one has had time to act. */
async function untilAnotherLeads(than: string): Promise<void> {
	await until(`another controller than ${than} leads`, async () => (await leaderPod()) !== than);
	await sleep(2000);
}

/** The daemon of the second node. */
async function daemon(): Promise<PodProcesses> {
	const pods = await podsOf(systemNamespace, "app.kubernetes.io/component=daemon");
	return processesOf(pods.find(({ spec }) => spec?.nodeName === victim.name));
}

/** Its lease is over, and it has taken out what it holds. */
async function untilItGaveUp(): Promise<void> {
	await sleep(leaseSeconds * 1000);
	await until("the node has taken its faults out", () => tablesLeft(cgroupPids(victim.cgroup)).length === 0);
}

/** A pod reaches nobody, and nobody reaches it, until others have noticed. */
function cutOff(find: () => Promise<PodProcesses>, untilNoticed: (pod: string) => Promise<void>): Killer {
	let cut: PodProcesses | undefined;
	return {
		kill: async () => {
			cut = await find();
			for (const hook of ["input", "output"]) {
				const chain = `{ type filter hook ${hook} priority 0; policy drop; }`;
				await nft(cut.sandbox, "add", "table", "inet", "cut_off");
				await nft(cut.sandbox, "add", "chain", "inet", "cut_off", hook, chain);
			}
		},
		restart: async () => {
			if (!cut) return;
			await untilNoticed(cut.pod);
			await nft(cut.sandbox, "delete", "table", "inet", "cut_off");
		},
	};
}

function nft(pid: number, ...args: string[]): Promise<string> {
	return run("nsenter", [`--net=/proc/${pid}/ns/net`, "nft", ...args]);
}

function kill9(pid: number | undefined): void {
	if (pid === undefined) throw new Error("there is no such process to kill");
	process.kill(pid, "SIGKILL");
}

function requireState() {
	const state = readState(layout);
	if (!state) throw new Error(`cluster "${layout.instance}" is not up`);
	return state;
}

function component(name: string): Killer {
	return {
		kill: async () => {
			const record = requireState().components.find((each) => each.name === name);
			if (!record || !isAlive(record)) throw new Error(`component "${name}" does not run`);
			kill9(record.pid);
			// Its port is taken for as long as one of its threads has not ended yet.
			while (existsSync(`/proc/${record.pid}`)) await sleep(10);
		},
		restart: async () => {
			const state = requireState();
			const all: Component[] = [
				...(await controlPlane(layout, state.programs)),
				await containerd(layout, victim, state.programs),
			];
			const found = all.find((each) => each.name === name);
			if (!found) throw new Error(`nobody knows how "${name}" is started`);
			const others = state.components.filter((each) => each.name !== name);
			await writeState(layout, { ...state, components: [...others, startComponent(found)] });
		},
	};
}

async function startNode(): Promise<void> {
	const state = requireState();
	const components = state.components.filter(({ node }) => node !== victim.number);
	await new Start(layout, state.programs, quiet, { ...state, nodes: [1], components }).secondNode();
}
