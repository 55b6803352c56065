import { Writable } from "node:stream";
import type { KubeConfig } from "@kubernetes/client-node";
import { exec, type PodCommand, type PodOutput } from "../exec.ts";
import { longestBody } from "./http.ts";

/**
 * Runs a command in a pod; of what it prints the beginning counts. Throws when it could not be run. What is left running when the
 * signal comes is the pod's.
 */
export type PodExec = (call: PodCommand, signal: AbortSignal) => Promise<PodOutput>;

/** Runs commands through the API server. */
export function podExec(config: KubeConfig): PodExec {
	return async (call, signal) => {
		const [stdout, stderr] = [new Beginning(), new Beginning()];
		try {
			const code = await exec(config, call, [stdout, stderr], signal);
			return { code, stdout: stdout.text, stderr: stderr.text };
		} catch (error) {
			const { namespace, pod, command } = call;
			throw new Error(`${command[0]} could not be run in pod ${namespace}/${pod}: ${(error as Error).message}`);
		}
	};
}

/** Keeps the beginning of what is written. */
class Beginning extends Writable {
	readonly #parts: Buffer[] = [];
	#length = 0;

	get text(): string {
		return Buffer.concat(this.#parts).subarray(0, longestBody).toString("utf8");
	}

	override _write(part: Buffer, _encoding: string, done: () => void): void {
		if (this.#length < longestBody) this.#parts.push(part);
		this.#length += part.length;
		done();
	}
}
