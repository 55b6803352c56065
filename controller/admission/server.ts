import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { newestConnections } from "../../api/connections.ts";
import { errorText, type Log } from "../../api/log.ts";
import type { TlsMaterial } from "../daemon-client.ts";
import { type AdmissionRequest, answerTo, MalformedReview, readReview, type Verdict } from "./review.ts";

/** Bytes of the longest body that is read: an API server sends no object that is larger. */
const longestBody = 3 << 20;
/** Longest waits for the head and for all of a request, ms, and how often that is looked at; the API server gives up after 5 s. */
const headMs = 5000;
const requestMs = 10_000;
const connectionsCheckingInterval = 2000;
/** An API server keeps a connection for 90 s, and takes the end of one that it is just using for a failed call: it has to be first. */
const keepAliveTimeout = 120_000;

/** Connections at once. Who floods the endpoint loses the oldest ones; an API server that loses one opens another. */
const mostConnections = 256;

/** What is done with the requests to one path. */
export type Webhook = (request: AdmissionRequest) => Promise<Verdict> | Verdict;

/** An answer other than a review's. */
class Refused extends Error {
	readonly status: number;

	constructor(status: number, message: string) {
		super(message);
		this.status = status;
	}
}

/** The HTTPS endpoint for the API server. It asks for no client certificate, since API servers seldom have one to show. */
export class WebhookServer {
	readonly #server: Server;
	readonly #webhooks: Readonly<Record<string, Webhook>>;
	readonly #log: Log;
	#certified: TlsMaterial | undefined;

	/** @param webhooks - by path */
	constructor(webhooks: Readonly<Record<string, Webhook>>, log: Log) {
		this.#webhooks = webhooks;
		this.#log = log;
		this.#server = createServer(
			{
				minVersion: "TLSv1.3",
				handshakeTimeout: headMs,
				headersTimeout: headMs,
				requestTimeout: requestMs,
				connectionsCheckingInterval,
				keepAliveTimeout,
			},
			(request, response) => this.#serve(request, response),
		);
		newestConnections(this.#server, mostConnections);
		this.#server.on("tlsClientError", (error) => log.debug("a connection to the webhooks broke", { error }));
	}

	/** Begins to listen on all addresses, IPv6 too; returns the port. Throws when it is taken. */
	async listen(port: number): Promise<number> {
		this.#server.listen(port);
		await once(this.#server, "listening");
		return (this.#server.address() as AddressInfo).port;
	}

	/** Whether there is a certificate to serve with. */
	get serves(): boolean {
		return this.#certified !== undefined;
	}

	/** Uses this certificate for connections from now on. Those that stand go on: nobody asks for it again. */
	certify(material: TlsMaterial): void {
		if (material === this.#certified) return;
		const { cert, key } = material;
		this.#server.setSecureContext({ cert, key, minVersion: "TLSv1.3" });
		this.#certified = material;
	}

	/** Ends, with all connections. */
	async close(): Promise<void> {
		if (!this.#server.listening) return;
		const closed = once(this.#server, "close");
		this.#server.close();
		this.#server.closeAllConnections();
		await closed;
	}

	async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
		try {
			send(response, 200, await this.#answer(request));
		} catch (error) {
			const status = error instanceof Refused ? error.status : error instanceof MalformedReview ? 400 : 500;
			this.#log.warn("a call of a webhook was refused", { path: request.url, status, error });
			send(response, status, { error: errorText(error) });
		}
	}

	async #answer(request: IncomingMessage): Promise<object> {
		// The API server adds the time that it gives: /validate?timeout=5s
		const path = request.url?.split("?")[0] ?? "";
		const webhook = Object.hasOwn(this.#webhooks, path) ? this.#webhooks[path] : undefined;
		if (!webhook) throw new Refused(404, `there is nothing at ${path}`);
		if (request.method !== "POST") throw new Refused(405, "only POST is served here");
		const review = readReview(parsed(await bodyOf(request)));
		const verdict = await webhook(review);
		if (!verdict.allowed) {
			const { kind, namespace, userInfo, object } = review;
			const { code, message: reason } = verdict;
			const name = object.metadata?.name ?? object.metadata?.generateName;
			this.#log.info("an object was not admitted", { kind, namespace, name, user: userInfo.username, code, reason });
		}
		return answerTo(review, verdict);
	}
}

async function bodyOf(request: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	let length = 0;
	for await (const chunk of request as AsyncIterable<Buffer>) {
		length += chunk.length;
		if (length > longestBody) throw new Refused(413, `the body is longer than ${longestBody} bytes`);
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString("utf8");
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch (error) {
		throw new MalformedReview(`the body is not JSON: ${errorText(error)}`);
	}
}

function send(response: ServerResponse, status: number, body: object): void {
	if (response.destroyed) return;
	response.writeHead(status, { "content-type": "application/json" });
	response.end(JSON.stringify(body));
}
