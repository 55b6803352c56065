import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { cgroupPids } from "../../tools/cluster/cgroups.ts";
import { type Component, startComponent } from "../../tools/cluster/component.ts";
import { containerd } from "../../tools/cluster/containerd.ts";
import { controlPlane } from "../../tools/cluster/control-plane.ts";
import { crashNode } from "../../tools/cluster/leftovers.ts";
import { Start } from "../../tools/cluster/start.ts";
import { readState, writeState } from "../../tools/cluster/state.ts";
import { podProcesses } from "../../tools/lib/pod-processes.ts";
import { commandLine, isAlive } from "../../tools/lib/procfs.ts";
import { run } from "../../tools/lib/run.ts";
import { systemNamespace } from "../support/sample.ts";
import { api, leaderPod, namespace, podsOf, podsPath, until } from "./kube.ts";
import { layout } from "./layout.ts";
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
	leader: { kill: async () => kill9((await leader()).controllers) },
	"frozen leader": { kill: async () => untilAnotherLeads(whoWaits()?.host ?? "nobody") },
	"cut-off leader": cutOff(),
	daemon: { kill: async () => kill9(bundleProcesses("daemon", victim.cgroup)) },
	"API server": component("kube-apiserver"),
	etcd: component("etcd"),
	runtime: component(`containerd of ${victim.name}`),
	"target container": {
		kill: async ({ uid }) =>
			kill9(
				containerProcesses(uid)
					.slice(0, 1)
					.map(({ pid }) => pid),
			),
	},
	"target pod": {
		kill: async ({ name }) => {
			await api("DELETE", podsPath(namespace, name), { gracePeriodSeconds: 0 });
		},
	},
	node: { kill: () => crashNode(layout, victim), restart: startNode },
};

/** Processes of the chaos system in a cgroup of this cluster. */
function bundleProcesses(bundle: string, cgroup: string): number[] {
	return cgroupPids(cgroup).filter((pid) => commandLine(pid).some((argument) => argument.endsWith(`/${bundle}.mjs`)));
}

/** The controller that waits at its step, or else holds the Lease: its pod, the process that keeps that one's network, its own. */
async function leader(): Promise<{ pod: string; sandbox: number; controllers: number[] }> {
	const waiting = whoWaits()?.host;
	const pods = await podsOf(systemNamespace, "app.kubernetes.io/component=controller");
	const names = pods.map(({ metadata }) => metadata?.name);
	const pod = waiting && names.includes(waiting) ? waiting : await leaderPod();
	const all = podProcesses(pods.find(({ metadata }) => metadata?.name === pod)?.metadata?.uid ?? "");
	const [sandbox] = all;
	if (!sandbox) throw new Error(`pod ${pod} does not run`);
	const controllers = all.flatMap(({ pid, command }) => (command.includes("/controller.mjs") ? [pid] : []));
	return { pod, sandbox: sandbox.pid, controllers };
}

/** Until the Lease is another's, and that one has had time to act. */
async function untilAnotherLeads(than: string): Promise<void> {
	await until(`another controller than ${than} leads`, async () => (await leaderPod()) !== than);
	await sleep(2000);
}

/** The leader reaches nobody, and nobody reaches it, until its Lease is another's. */
function cutOff(): Killer {
	let cut: { sandbox: number; pod: string } | undefined;
	return {
		kill: async () => {
			cut = await leader();
			for (const hook of ["input", "output"]) {
				const chain = `{ type filter hook ${hook} priority 0; policy drop; }`;
				await nft(cut.sandbox, "add", "table", "inet", "cut_off");
				await nft(cut.sandbox, "add", "chain", "inet", "cut_off", hook, chain);
			}
		},
		restart: async () => {
			if (!cut) return;
			await untilAnotherLeads(cut.pod);
			await nft(cut.sandbox, "delete", "table", "inet", "cut_off");
		},
	};
}

function nft(pid: number, ...args: string[]): Promise<string> {
	return run("nsenter", [`--net=/proc/${pid}/ns/net`, "nft", ...args]);
}

function kill9(pids: readonly number[]): void {
	if (pids.length === 0) throw new Error("there is no such process to kill");
	for (const pid of pids) process.kill(pid, "SIGKILL");
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
			kill9([record.pid]);
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
