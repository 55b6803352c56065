import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";
import { isIPv6 } from "node:net";
import { daemonPort, daemonServerName, type ErrorResponse } from "../api/daemon-api.ts";
import { errorText } from "../api/log.ts";
import { lines } from "./lines.ts";
import { NodeUnavailable } from "./world.ts";

/** Longest wait for a connection, for the answer to a call, between two pings, and for a ping's answer. */
const connectMs = 5000;
const answerMs = 30_000;
const pingEveryMs = 10_000;
const pingAnswerMs = 5000;
/** The daemon sends a line at least every 10 s; a stream that is silent for three times as long is dead. */
const silenceMs = 30_000;

/** What the controller shows to daemons, and what it knows them by; PEM. */
export interface TlsMaterial {
	ca: string;
	cert: string;
	key: string;
}

/** A connection to the daemon of one node: one HTTP/2 session for all calls, made when needed, checked by pings. */
export class DaemonClient {
	readonly #url: string;
	readonly #tls: () => TlsMaterial;
	#session: Promise<ClientHttp2Session> | undefined;
	#closed = false;

	/**
	 * @param address - IP address of the daemon's pod
	 * @param tls - asked at each connection, so that renewed certificates are used
	 */
	constructor(address: string, tls: () => TlsMaterial) {
		this.#url = `https://${isIPv6(address) ? `[${address}]` : address}:${daemonPort}`;
		this.#tls = tls;
	}

	/**
	 * POSTs JSON and returns the JSON of the answer. Throws NodeUnavailable when no answer was had, and an Error with the daemon's
	 * words when it refused: Outranked when that was because another controller leads.
	 */
	async call<T>(path: string, body: unknown): Promise<T> {
		const stream = await this.#request({ ":method": "POST", ":path": path, "content-type": "application/json" });
		const timer = setTimeout(() => {
			stream.destroy(new Error(`no answer within ${answerMs / 1000} s`));
		}, answerMs);
		try {
			stream.end(JSON.stringify(body));
			const status = await statusOf(stream);
			const text = await textOf(stream);
			if (status !== 200) throw refusal(status, text);
			return JSON.parse(text) as T;
		} catch (error) {
			throw error instanceof Refused ? error : new NodeUnavailable(`${this.#url}: ${errorText(error)}`);
		} finally {
			clearTimeout(timer);
		}
	}

	/** GETs a stream of lines that lasts until the signal, the daemon or silence ends it; throws as `call` does. */
	async *stream(path: string, signal: AbortSignal): AsyncGenerator<string> {
		const stream = await this.#request({ ":method": "GET", ":path": path });
		const abort = (): void => stream.close(constants.NGHTTP2_CANCEL);
		signal.addEventListener("abort", abort, { once: true });
		if (signal.aborted) abort();
		try {
			stream.setTimeout(silenceMs, () => stream.destroy(new Error(`silent for ${silenceMs / 1000} s`)));
			stream.end();
			const status = await statusOf(stream);
			if (status !== 200) throw refusal(status, await textOf(stream));
			yield* lines(stream);
		} catch (error) {
			throw error instanceof Refused ? error : new NodeUnavailable(`${this.#url}: ${errorText(error)}`);
		} finally {
			signal.removeEventListener("abort", abort);
			stream.close(constants.NGHTTP2_CANCEL);
		}
	}

	/** Ends the session and all that runs over it. */
	close(): void {
		this.#closed = true;
		this.#session?.then(
			(session) => session.destroy(),
			() => undefined,
		);
	}

	async #request(headers: Record<string, string>): Promise<ClientHttp2Stream> {
		if (this.#closed) throw new NodeUnavailable(`${this.#url}: the daemon has gone`);
		try {
			this.#session ??= this.#connect();
			const session = await this.#session;
			const stream = session.request(headers, { endStream: false });
			// Errors reach whoever reads the stream; this keeps one that comes when nobody does from ending the process.
			stream.on("error", () => undefined);
			return stream;
		} catch (error) {
			throw new NodeUnavailable(`${this.#url}: ${errorText(error)}`);
		}
	}

	#connect(): Promise<ClientHttp2Session> {
		const { ca, cert, key } = this.#tls();
		const options = { ca, cert, key, servername: daemonServerName, minVersion: "TLSv1.3" } as const;
		const connecting = new Promise<ClientHttp2Session>((resolve, reject) => {
			const session = connect(this.#url, options);
			const timer = setTimeout(
				() => session.destroy(new Error(`no connection within ${connectMs / 1000} s`)),
				connectMs,
			);
			let pinger: NodeJS.Timeout | undefined;
			session.on("connect", () => {
				clearTimeout(timer);
				pinger = setInterval(() => ping(session), pingEveryMs);
				resolve(session);
			});
			session.on("error", reject);
			session.on("goaway", () => this.#forget(connecting));
			session.on("close", () => {
				clearTimeout(timer);
				clearInterval(pinger);
				this.#forget(connecting);
				reject(new Error("the connection was closed"));
			});
		});
		connecting.catch(() => this.#forget(connecting));
		return connecting;
	}

	/** The next call makes a new session; calls that run end with theirs. */
	#forget(session: Promise<ClientHttp2Session>): void {
		if (this.#session === session) this.#session = undefined;
	}
}

/** The daemon's answer when it did not do what was asked. */
class Refused extends Error {}

/** The daemon has heard of a later leader than the one that called. */
export class Outranked extends Refused {
	/** That leader's. */
	readonly epoch: number;

	constructor(epoch: number, message: string) {
		super(message);
		this.epoch = epoch;
	}
}

function refusal(status: number, body: string): Error {
	const { error, epoch } = errorOf(body);
	const message = `the daemon answered ${status}: ${error}`;
	// Too much to do now, or on its way out: as good as no answer.
	if (status === 429 || status === 503) return new Error(message);
	return status === 409 && epoch !== undefined ? new Outranked(epoch, message) : new Refused(message);
}

function errorOf(body: string): ErrorResponse {
	try {
		return JSON.parse(body) as ErrorResponse;
	} catch {
		// Not our format; the raw text is all there is to say.
		return { error: body.slice(0, 300) };
	}
}

/** Ends a session whose other side is gone without a word (node dead, network cut). */
function ping(session: ClientHttp2Session): void {
	if (session.destroyed) return;
	const timer = setTimeout(() => session.destroy(new Error("the daemon does not answer pings")), pingAnswerMs);
	session.ping(() => clearTimeout(timer));
}

function statusOf(stream: ClientHttp2Stream): Promise<number> {
	return new Promise((resolve, reject) => {
		stream.once("response", (headers) => resolve(headers[":status"] ?? 0));
		stream.once("error", reject);
		stream.once("close", () => reject(new Error("the connection was closed before an answer came")));
	});
}

async function textOf(stream: ClientHttp2Stream): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of stream) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks).toString("utf8");
}
