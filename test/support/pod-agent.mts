/**
 * Stands for the program of a pod: echoes on TCP port 8080 and on UDP port 8081, takes in all that comes on TCP port 8082, and
 * dials, talks and measures as its parent says (Node's IPC). Runs in the network namespace of the pod; see pod.ts.
 */
import { createSocket } from "node:dgram";
import { connect, createServer, isIPv6, type Socket } from "node:net";
import { type Arrival, type Exchange, exchange } from "./datagrams.mts";

/** What the parent asks; every answer carries the same `id`. */
export type Request =
	| { id: number; do: "dial"; host: string; timeoutMs: number }
	| { id: number; do: "say"; connection: number; timeoutMs: number }
	| { id: number; do: "probe"; host: string; probes: Probes }
	| { id: number; do: "pour"; host: string; ms: number }
	| { id: number; do: "exchange"; what: Exchange };

/** Datagrams to send, a burst each `everyMs`; echoes are heard for `waitMs` after the last one. */
export interface Probes {
	count: number;
	burst: number;
	everyMs: number;
	waitMs: number;
	/** Bytes of each; default: 100. */
	size?: number;
	/** So many echoes are enough: nobody waits for more. */
	enough?: number;
}

/** An echo: of the how-manieth datagram, and milliseconds from when that was sent. */
export type Echo = readonly [number, number];

/** `connection` numbers the connection that a dial made; `ok` is false when nothing came back in time. */
export interface Response {
	id: number;
	ok: boolean;
	connection?: number;
	/** In the order in which they came. */
	echoes?: Echo[];
	/** Bits a second that the other side took in. */
	rate?: number;
	/** What was heard in an exchange. */
	arrivals?: Arrival[];
}

const port = 8080;
const connections: Socket[] = [];

const echo = createSocket({ type: "udp6", recvBufferSize: 4_000_000 }, (message, { port: from, address }) =>
	echo.send(message, from, address, () => {}),
);
echo.bind(8081, "::");
createServer({ allowHalfOpen: true }, (socket) => {
	let bytes = 0;
	socket.on("data", (chunk: Buffer) => {
		bytes += chunk.length;
	});
	socket.on("error", () => {}).on("end", () => socket.end(String(bytes)));
}).listen(8082, "::");
createServer((socket) => socket.on("error", () => {}).pipe(socket)).listen(port, "::", () => process.send?.("ready"));
process.on("message", (request: Request) => {
	const answer = (response: Omit<Response, "id">): void => {
		process.send?.({ id: request.id, ...response } satisfies Response);
	};
	const done = (ok: boolean, connection?: number): void => {
		answer({ ok, ...(connection !== undefined && { connection }) });
	};
	if (request.do === "dial") dial(request.host, request.timeoutMs, done);
	else if (request.do === "say") say(request.connection, request.timeoutMs, done);
	else if (request.do === "probe") probe(request.host, request.probes, (echoes) => answer({ ok: true, echoes }));
	else if (request.do === "exchange") exchange(request.what).then((arrivals) => answer({ ok: true, arrivals }));
	else pour(request.host, request.ms, (rate) => answer({ ok: true, rate }));
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

function probe(
	host: string,
	{ count, burst, everyMs, waitMs, size = 100, enough }: Probes,
	done: (echoes: Echo[]) => void,
): void {
	const socket = createSocket({ type: isIPv6(host) ? "udp6" : "udp4", recvBufferSize: 4_000_000 });
	const sent: number[] = [];
	const echoes: Echo[] = [];
	let over = false;
	const finish = (): void => {
		if (over) return;
		over = true;
		clearInterval(timer);
		socket.close();
		done(echoes);
	};
	socket
		.on("error", () => {})
		.on("message", (message) => {
			const number = message.readUInt32BE(0);
			echoes.push([number, performance.now() - (sent[number] ?? 0)]);
			if (echoes.length === enough) finish();
		});
	const timer = setInterval(() => {
		for (let each = 0; each < burst && sent.length < count; each++) {
			const message = Buffer.alloc(size);
			message.writeUInt32BE(sent.length, 0);
			sent.push(performance.now());
			socket.send(message, 8081, host, () => {});
		}
		if (sent.length < count) return;
		clearInterval(timer);
		setTimeout(finish, waitMs);
	}, everyMs);
}

function pour(host: string, ms: number, done: (rate: number) => void): void {
	const chunk = Buffer.alloc(256 * 1024);
	const socket = connect({ host, port: 8082, allowHalfOpen: true });
	let start = 0;
	let said = "";
	const more = (): void => {
		while (performance.now() - start < ms) if (!socket.write(chunk)) return void socket.once("drain", more);
		socket.end();
	};
	socket.on("connect", () => {
		start = performance.now();
		more();
	});
	socket
		.on("error", () => done(0))
		.on("data", (data) => {
			said += data;
		});
	socket.on("end", () => done((Number(said) * 8000) / (performance.now() - start)));
}
