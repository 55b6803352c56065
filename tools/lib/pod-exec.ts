import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import type { KubeConfig } from "@kubernetes/client-node";
import { exec, type PodCommand, type PodOutput } from "../../controller/exec.ts";

/** A command, and how long it may take. */
export interface TimedCommand extends PodCommand {
	/** Milliseconds after which the call is given up; the command may run on. */
	timeoutMs: number;
}

/** Runs a command in a pod and returns all that it prints. Rejects as {@link exec} does, and when it takes too long. */
export async function execInPod(config: KubeConfig, call: TimedCommand): Promise<PodOutput> {
	const { namespace, pod, command, timeoutMs } = call;
	const streams = [new PassThrough(), new PassThrough()] as const;
	const printed = Promise.all(streams.map((stream) => text(stream)));
	const late = new AbortController();
	const timer = setTimeout(() => late.abort(new Error(`did not end within ${timeoutMs} ms`)), timeoutMs);
	try {
		const code = await exec(config, call, streams, late.signal);
		for (const stream of streams) stream.end();
		const [stdout = "", stderr = ""] = await printed;
		return { code, stdout, stderr };
	} catch (error) {
		throw new Error(`${command[0]} in pod ${namespace}/${pod}: ${(error as Error).message}`);
	} finally {
		clearTimeout(timer);
	}
}
