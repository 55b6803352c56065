import type { Writable } from "node:stream";
import { Exec, type KubeConfig, type V1Status } from "@kubernetes/client-node";

/** Which command to run where. */
export interface PodCommand {
	namespace: string;
	pod: string;
	container: string;
	/** The program and its arguments. */
	command: string[];
}

/** What a command printed, and how it ended. */
export interface PodOutput {
	code: number;
	stdout: string;
	stderr: string;
}

/**
 * Runs a command in a pod through the API server, as `kubectl exec` does, and returns its exit code. Rejects when it could not be
 * started, when the connection ends before the command does, and with the signal's reason; the command may run on then.
 */
export async function exec(
	config: KubeConfig,
	{ namespace, pod, container, command }: PodCommand,
	[stdout, stderr]: readonly [Writable, Writable],
	signal: AbortSignal,
): Promise<number> {
	const ended = Promise.withResolvers<V1Status>();
	const end = (): void => ended.reject(signal.reason);
	signal.addEventListener("abort", end, { once: true });
	const opening = new Exec(config).exec(namespace, pod, container, command, stdout, stderr, null, false, ended.resolve);
	try {
		const connection = await Promise.race([opening, ended.promise.then(() => undefined)]);
		connection?.once("close", () => ended.reject(new Error("the connection ended before the command")));
		return exitCode(await ended.promise);
	} catch (error) {
		// A refused connection is an event with a message, not an Error.
		const { message = String(error) } = error as { message?: string };
		throw new Error(message);
	} finally {
		signal.removeEventListener("abort", end);
		// It may still be opening when the time is over.
		opening.then((connection) => connection.close()).catch(() => undefined);
	}
}

/** The exit code is in the causes of a failure; any other failure means that the command did not run. */
function exitCode({ status, message, details }: V1Status): number {
	if (status === "Success") return 0;
	const code = details?.causes?.find(({ reason }) => reason === "ExitCode")?.message;
	if (code !== undefined) return Number(code);
	throw new Error(message ?? "failed without a message");
}
