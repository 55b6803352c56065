import { setTimeout as sleep } from "node:timers/promises";
import { type Injector, type NodeTarget, TargetGoneError } from "../../api/injector.ts";
import { step } from "../../api/step.ts";
import { membership, processes, startOf } from "../node/processes.ts";
import type { PodInstruction } from "./plan.ts";

/** The first process of a container, by its id on the node and when it started: another one may get the same id. */
export interface Killed {
	pid: number;
	start: number;
}

/** Milliseconds until a process that was killed must be gone; one that is in the kernel for long dies late. */
const patienceMs = 10_000;
const lookAgainMs = 20;

/** container-kill: ends the first process of the container, and with it all others. The kubelet starts the container again. */
export const containerKiller: Injector<PodInstruction, Killed> = {
	async needs({ action }) {
		if (action !== "container-kill") {
			throw new Error(`a node can't do ${JSON.stringify(action)}; the controller does it through the API server`);
		}
	},

	async prepare(target) {
		return firstProcess(target);
	},

	async inject(target, _instruction, killed) {
		if (!lives(killed)) return;
		kill(killed);
		for (let waited = 0; lives(killed); waited += lookAgainMs) {
			if (waited >= patienceMs) {
				throw new Error(
					`process ${killed.pid} of ${nameOf(target)} was killed and is not gone after ${patienceMs / 1000} s; it hangs in the kernel`,
				);
			}
			await sleep(lookAgainMs);
		}
	},

	async recover() {
		// What is dead stays dead; the kubelet has started the container again.
	},

	async verify(_target, _instruction, killed) {
		return lives(killed) ? "lost" : "in place";
	},
};

function firstProcess(target: NodeTarget): Killed {
	const container = target.containers.find(({ name }) => name === target.container);
	const only = { ...target, containers: container ? [container] : [] };
	const own = container ? processes().filter(({ cgroup }) => membership(cgroup, only) === "container") : [];
	const [first] = own.map(({ pid }) => ({ pid, start: startOf(pid) })).sort((one, other) => one.start - other.start);
	if (first && Number.isFinite(first.start)) return first;
	throw new TargetGoneError(`container ${nameOf(target)} does not run on this node`);
}

function lives({ pid, start }: Killed): boolean {
	return startOf(pid) === start;
}

function kill({ pid }: Killed): void {
	try {
		step("process-kill", () => process.kill(pid, "SIGKILL"));
	} catch (error) {
		// It ended by itself in between.
		if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
	}
}

function nameOf({ namespace, pod, container }: NodeTarget): string {
	return `${namespace}/${pod}/${container}`;
}
