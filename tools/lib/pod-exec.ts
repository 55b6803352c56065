import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { Exec, type KubeConfig, type V1Status } from "@kubernetes/client-node";

/** What a command in a pod printed, and how it ended. */
export interface PodOutput {
	code: number;
	stdout: string;
	stderr: string;
}

/** Which command to run where. */
export interface PodCommand {
	namespace: string;
	pod: string;
	container: string;
	/** The program and its arguments. */
	command: string[];
	/** Milliseconds after which the call is given up; the command may run on. */
	timeoutMs: number;
}

/**
 * Runs a command in a pod through the API server, as `kubectl exec` does. Rejects when it could not be started, when the
 * connection ends before the command does, or when it takes too long.
 */
export async function execInPod(config: KubeConfig, call: PodCommand): Promise<PodOutput> {
	const { namespace, pod, container, command, timeoutMs } = call;
	const stdout = new PassThrough();
	const stderr = new PassThrough();
	const printed = Promise.all([text(stdout), text(stderr)]);
	const status = Promise.withResolvers<V1Status>();
	const late = setTimeout(() => status.reject(new Error(`did not end within ${timeoutMs} ms`)), timeoutMs);
	const opening = new Exec(config).exec(
		namespace,
		pod,
		container,
		command,
		stdout,
		stderr,
		null,
		false,
		status.resolve,
	);
	try {
		const connection = await Promise.race([opening, status.promise.then(() => undefined)]);
		connection?.once("close", () => status.reject(new Error("the connection ended before the command")));
		const code = exitCode(await status.promise);
		stdout.end();
		stderr.end();
		const [out, err] = await printed;
		return { code, stdout: out, stderr: err };
	} catch (error) {
		// A refused connection is an event with a message, not an Error.
		const { message = String(error) } = error as { message?: string };
		throw new Error(`${command[0]} in pod ${namespace}/${pod}: ${message}`);
	} finally {
		clearTimeout(late);
		// It may still be opening when the time is over.
		opening.then((connection) => connection.close()).catch(() => {});
	}
}

/** The exit code is in the causes of a failure; any other failure means that the command did not run. */
function exitCode({ status, message, details }: V1Status): number {
	if (status === "Success") return 0;
	const code = details?.causes?.find(({ reason }) => reason === "ExitCode")?.message;
	if (code !== undefined) return Number(code);
	throw new Error(message ?? "failed without a message");
}
