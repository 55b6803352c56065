/**
 * Stands for the program of a pod: echoes on TCP port 8080, and dials and talks as its parent says (Node's IPC). Runs in the
 * network namespace of the pod; see pod.ts.
 */
import { connect, createServer, type Socket } from "node:net";

/** What the parent asks; every answer carries the same `id`. */
export type Request =
	| { id: number; do: "dial"; host: string; timeoutMs: number }
	| { id: number; do: "say"; connection: number; timeoutMs: number };

/** `connection` numbers the connection that a dial made; `ok` is false when nothing came back in time. */
export interface Response {
	id: number;
	ok: boolean;
	connection?: number;
}

const port = 8080;
const connections: Socket[] = [];

createServer((socket) => socket.on("error", () => {}).pipe(socket)).listen(port, "::", () => process.send?.("ready"));
process.on("message", (request: Request) => {
	const done = (ok: boolean, connection?: number): void => {
		process.send?.({ id: request.id, ok, ...(connection !== undefined && { connection }) } satisfies Response);
	};
	if (request.do === "dial") dial(request.host, request.timeoutMs, done);
	else say(request.connection, request.timeoutMs, done);
});
process.on("disconnect", () => process.exit());

function dial(host: string, timeoutMs: number, done: (ok: boolean, connection?: number) => void): void {
	const socket = connect({ host, port });
	const timer = setTimeout(() => finish(false), timeoutMs);
	const finish = (ok: boolean): void => {
		clearTimeout(timer);
		socket.removeAllListeners("connect");
		if (!ok) socket.destroy();
		done(ok, ok ? connections.push(socket) - 1 : undefined);
	};
	socket.on("connect", () => finish(true));
	socket.once("error", () => finish(false)).on("error", () => {});
}

function say(connection: number, timeoutMs: number, done: (ok: boolean) => void): void {
	const socket = connections[connection];
	const timer = setTimeout(() => finish(false), timeoutMs);
	const finish = (ok: boolean): void => {
		clearTimeout(timer);
		socket?.removeListener("data", heard);
		done(ok);
	};
	const heard = (): void => finish(true);
	socket?.on("data", heard);
	socket?.write("ping");
}
