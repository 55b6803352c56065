import { setTimeout as sleep } from "node:timers/promises";
import type { Injector } from "../../api/injector.ts";
import { step } from "../../api/step.ts";
import { containerName, firstProcess, lives, type ProcessId } from "../node/container.ts";
import type { PodInstruction } from "./plan.ts";

/** Milliseconds until a process that was killed must be gone; one that is in the kernel for long dies late. */
const patienceMs = 10_000;
const lookAgainMs = 20;

/** container-kill: ends the first process of the container, and with it all others. The kubelet starts the container again. */
export const containerKiller: Injector<PodInstruction, ProcessId> = {
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
					`process ${killed.pid} of ${containerName(target)} was killed and is not gone after ${patienceMs / 1000} s; it hangs in the kernel`,
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

function kill({ pid }: ProcessId): void {
	try {
		step("process-kill", () => process.kill(pid, "SIGKILL"));
	} catch (error) {
		// It ended by itself in between.
		if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
	}
}
