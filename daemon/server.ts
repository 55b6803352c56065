import { once } from "node:events";
import {
	createSecureServer,
	type Http2Session,
	type IncomingHttpHeaders,
	type ServerHttp2Session,
	type ServerHttp2Stream,
} from "node:http2";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { connectionName, newestConnections } from "../api/connections.ts";
import { controllerClientName, daemonPaths, type ErrorResponse } from "../api/daemon-api.ts";
import { errorText, type Log } from "../api/log.ts";
import { Newest } from "../api/newest.ts";
import { HttpError } from "./http-error.ts";
import { RateLimit } from "./rate-limit.ts";
import { BadRequestError } from "./requests.ts";
import type { Routes } from "./routes.ts";
import { isOpen } from "./stream.ts";
import type { Credentials } from "./tls.ts";

/** Milliseconds between two pings of a connection; one that has not answered by the next is closed. */
const pingPeriod = 15_000;
/** Connections that have not shown the controller's certificate (yet), and those that have: one a controller. */
const mostStrangers = 128;
const mostSessions = 32;

/** How the server is set up. */
export interface ServerOptions {
	credentials: Credentials;
	routes: Routes;
	log: Log;
	port: number;
	/** Address to listen on; default: all. */
	host?: string;
	pingMs?: number;
	limit?: RateLimit;
}

/** The daemon's API: HTTP/2 over TLS 1.3, for the controller and nobody else. */
export class Server {
	readonly #server: ReturnType<typeof createSecureServer>;
	readonly #strangers: Newest<Socket>;
	readonly #sessions = new Newest<ServerHttp2Session>(mostSessions, (session) => session.destroy());
	readonly #options: ServerOptions;
	readonly #limit: RateLimit;
	#requests = 0;
	#idle: (() => void) | undefined;

	constructor(options: ServerOptions) {
		this.#options = options;
		this.#limit = options.limit ?? new RateLimit();
		this.#server = createSecureServer({
			...options.credentials,
			minVersion: "TLSv1.3",
			requestCert: true,
			rejectUnauthorized: true,
			handshakeTimeout: 10_000,
			settings: { maxConcurrentStreams: 100 },
		});
		// Until it has shown the controller's certificate, a connection stands in nobody's way.
		this.#strangers = newestConnections(this.#server, mostStrangers);
		this.#server.on("session", (session) => this.#keep(session));
		this.#server.on("stream", (stream, headers) => this.#serve(stream, headers));
		this.#server.on("tlsClientError", (error, socket) => {
			options.log.warn("a connection was refused", { from: socket.remoteAddress, error });
		});
	}

	/** Starts to listen; resolves with the port. */
	async listen(): Promise<number> {
		const { port, host } = this.#options;
		this.#server.listen(port, host);
		await once(this.#server, "listening");
		const address = this.#server.address();
		return typeof address === "object" && address !== null ? address.port : port;
	}

	get listening(): boolean {
		return this.#server.listening;
	}

	/** Uses other certificates for connections from now on; those that stand under the old ones are asked to come again. */
	renew(credentials: Credentials): void {
		this.#server.setSecureContext({ ...credentials, minVersion: "TLSv1.3" });
		for (const session of this.#sessions.values()) session.goaway();
	}

	/** Takes no more requests, answers those that are being served (not watches), and closes. */
	async stop(): Promise<void> {
		this.#server.close();
		if (this.#requests > 0) {
			await new Promise<void>((resolve) => {
				this.#idle = resolve;
			});
		}
		for (const each of [...this.#sessions.values(), ...this.#strangers.values()]) each.destroy();
	}

	#keep(session: ServerHttp2Session): void {
		const name = connectionName(session.socket);
		if (isController(session)) {
			this.#strangers.delete(name);
			this.#sessions.add(name, session);
		}
		session.on("error", (error) => this.#options.log.warn("a connection broke", { error }));
		let answered = true;
		const timer = setInterval(() => {
			if (session.destroyed) return;
			if (!answered) {
				session.destroy(new Error("no answer to a ping"));
				return;
			}
			answered = false;
			session.ping(() => {
				answered = true;
			});
		}, this.#options.pingMs ?? pingPeriod);
		session.on("close", () => {
			clearInterval(timer);
			this.#sessions.delete(name);
		});
	}

	async #serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
		const path = (headers[":path"] ?? "").split("?")[0] ?? "";
		const method = headers[":method"] ?? "";
		stream.on("error", (error) => this.#options.log.warn("a request broke off", { path, error }));
		this.#requests++;
		try {
			if (!isController(stream.session)) {
				throw new HttpError(403, `the client's certificate is not the controller's (DNS name ${controllerClientName})`);
			}
			this.#assertModest(stream, path);
			if (!this.#server.listening) throw new HttpError(503, "the daemon is being stopped; try again in a moment");
			await this.#options.routes(path, method)(stream);
		} catch (error) {
			this.#refuse(stream, path, error);
		} finally {
			this.#requests--;
			if (this.#requests === 0) this.#idle?.();
		}
	}

	/** Refuses who asks too often; but whoever wants a fault taken out always gets in. */
	#assertModest({ session }: ServerHttp2Stream, path: string): void {
		const delay = path === daemonPaths.recover ? undefined : session && this.#limit.delay(session);
		if (delay === undefined) return;
		throw new HttpError(429, `too many requests; try again in ${delay} s`, { "retry-after": String(delay) });
	}

	#refuse(stream: ServerHttp2Stream, path: string, error: unknown): void {
		const status = error instanceof HttpError ? error.status : error instanceof BadRequestError ? 400 : 500;
		// One line a request would be a flood of its own.
		this.#options.log[status === 429 ? "debug" : "warn"]("a request was refused", { path, status, error });
		if (!isOpen(stream) || stream.headersSent) return;
		const extra = error instanceof HttpError ? error.headers : {};
		stream.respond({ ":status": status, "content-type": "application/json", ...extra });
		const more = error instanceof HttpError ? error.more : {};
		stream.end(JSON.stringify({ error: errorText(error), ...more } satisfies ErrorResponse));
		// What is still on its way of the body is not wanted.
		stream.resume();
		stream.once("finish", () => stream.close());
	}
}

/** TLS has checked that the certificate is of our authority; this checks whose it is, by its name and not by its subject. */
function isController(session: Http2Session | undefined): boolean {
	const socket = session?.socket;
	const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
	return certificate?.checkHost(controllerClientName, { subject: "never", wildcards: false }) !== undefined;
}
