import { type ClientHttp2Session, type ClientHttp2Stream, connect as http2Connect } from "node:http2";
import { connect } from "node:net";
import type { Probe } from "../../api/probe.ts";
import type { Reach } from "./reach.ts";
import { Unwell, unwellOf } from "./unwell.ts";

const path = "/grpc.health.v1.Health/Check";
const serving = 1;
const standings = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"];

/** By number: https://github.com/grpc/grpc/blob/master/doc/statuscodes.md */
const statuses = [
	"OK",
	"CANCELLED",
	"UNKNOWN",
	"INVALID_ARGUMENT",
	"DEADLINE_EXCEEDED",
	"NOT_FOUND",
	"ALREADY_EXISTS",
	"PERMISSION_DENIED",
	"RESOURCE_EXHAUSTED",
	"FAILED_PRECONDITION",
	"ABORTED",
	"OUT_OF_RANGE",
	"UNIMPLEMENTED",
	"INTERNAL",
	"UNAVAILABLE",
	"DATA_LOSS",
	"UNAUTHENTICATED",
];

/** Asks the health protocol of gRPC: https://github.com/grpc/grpc/blob/master/doc/health-checking.md */
export async function askGrpc({ grpc }: Probe, reach: Reach, signal: AbortSignal): Promise<string | undefined> {
	if (!grpc) throw new Error("it has no field grpc");
	const { host, port, service = "" } = grpc;
	const lookup = await reach(host);
	const authority = host.includes(":") ? `http://[${host}]:${port}` : `http://${host}:${port}`;
	const session = http2Connect(authority, { createConnection: () => connect({ host, port, lookup, signal }) });
	try {
		const standing = await check(session, service, signal);
		return standing === serving ? undefined : `it answers ${standings[standing] ?? standing}, not SERVING`;
	} finally {
		session.destroy();
	}
}

async function check(session: ClientHttp2Session, service: string, signal: AbortSignal): Promise<number> {
	const broken = new Promise<never>((_resolve, reject) => session.on("error", reject));
	broken.catch(() => undefined);
	try {
		const stream = session.request({
			":method": "POST",
			":path": path,
			"content-type": "application/grpc",
			te: "trailers",
		});
		signal.addEventListener("abort", () => stream.destroy(new Error("it took too long")), { once: true });
		stream.end(framed(service));
		return await Promise.race([answerOf(stream), broken]);
	} catch (error) {
		throw error instanceof Unwell ? error : unwellOf(error);
	}
}

async function answerOf(stream: ClientHttp2Stream): Promise<number> {
	let status: unknown;
	const note = (headers: Record<string, unknown>): void => {
		status = headers["grpc-status"] ?? status;
	};
	stream.on("response", note);
	stream.on("trailers", note);
	const parts: Buffer[] = [];
	for await (const part of stream as AsyncIterable<Buffer>) {
		parts.push(part);
		if (parts.reduce((length, { byteLength }) => length + byteLength, 0) > 1024)
			throw new Unwell("its answer is too long");
	}
	if (status !== undefined && status !== "0") {
		// Its message is a text of the server, as a body is.
		const name = statuses[Number(status)];
		throw new Unwell(name ? `it answers with the status ${name} of gRPC` : "it answers with no status that gRPC has");
	}
	return standingIn(Buffer.concat(parts));
}

/** A HealthCheckRequest behind the five bytes that gRPC puts before each message. */
function framed(service: string): Buffer {
	const name = Buffer.from(service);
	// Field 1, of a length that fits into two bytes of a varint.
	const length = name.length < 128 ? [name.length] : [(name.length & 0x7f) | 0x80, name.length >> 7];
	const message = name.length === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.from([0x0a, ...length]), name]);
	const frame = Buffer.alloc(5);
	frame.writeUInt32BE(message.length, 1);
	return Buffer.concat([frame, message]);
}

/** Field 1 of a HealthCheckResponse; 0 (UNKNOWN) is not sent. Throws Unwell when it is none. */
export function standingIn(answer: Buffer): number {
	const [tag, standing] = answer.subarray(5);
	if (answer.length < 5 || answer[0] !== 0) throw new Unwell("it does not speak the health protocol of gRPC");
	return tag === 0x08 ? (standing ?? 0) : 0;
}
