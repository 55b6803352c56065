import { Writable } from "node:stream";
import { Exec, type KubeConfig, type V1Status } from "@kubernetes/client-node";
import { longestBody } from "./http.ts";

/** Which command to run where. */
export interface PodCommand {
	namespace: string;
	pod: string;
	container: string;
	/** The program and its arguments. */
	command: string[];
}

/** What a command printed, the beginning of it, and how it ended. */
export interface PodOutput {
	code: number;
	stdout: string;
	stderr: string;
}

/** Runs a command in a pod. Throws when it could not be run. What is left running when the signal comes is the pod's. */
export type PodExec = (call: PodCommand, signal: AbortSignal) => Promise<PodOutput>;

/** Runs commands through the API server, as `kubectl exec` does. */
export function podExec(config: KubeConfig): PodExec {
	return async ({ namespace, pod, container, command }, signal) => {
		const [stdout, stderr] = [new Beginning(), new Beginning()];
		const ended = Promise.withResolvers<V1Status>();
		const end = (): void => ended.reject(new Error("nobody waits for it any more"));
		signal.addEventListener("abort", end, { once: true });
		const opening = new Exec(config).exec(
			namespace,
			pod,
			container,
			command,
			stdout,
			stderr,
			null,
			false,
			ended.resolve,
		);
		try {
			const connection = await Promise.race([opening, ended.promise.then(() => undefined)]);
			connection?.once("close", () => ended.reject(new Error("the connection ended before the command")));
			const code = exitCode(await ended.promise);
			return { code, stdout: stdout.text, stderr: stderr.text };
		} catch (error) {
			// A refused connection is an event with a message, not an Error.
			const { message = String(error) } = error as { message?: string };
			throw new Error(`${command[0]} could not be run in pod ${namespace}/${pod}: ${message}`);
		} finally {
			signal.removeEventListener("abort", end);
			// It may still be opening when the time is over.
			opening.then((connection) => connection.close()).catch(() => undefined);
		}
	};
}

/** The exit code is in the causes of a failure; any other failure means that the command did not run. */
function exitCode({ status, message, details }: V1Status): number {
	if (status === "Success") return 0;
	const code = details?.causes?.find(({ reason }) => reason === "ExitCode")?.message;
	if (code !== undefined) return Number(code);
	throw new Error(message ?? "failed without a message");
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
