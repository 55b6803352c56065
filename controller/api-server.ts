import type { IncomingMessage } from "node:http";
import { Agent, type RequestOptions, request } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import { lines } from "./lines.ts";

/** A watch that is silent for longer is taken for dead; bookmarks come about once a minute. */
const silenceMs = 150_000;

/** An answer that is not 2xx. */
export class ApiError extends Error {
	readonly status: number;

	constructor(status: number, message: string) {
		super(message);
		this.name = "ApiError";
		this.status = status;
	}
}

/** Whether an error is the API server's answer of this status (404 not found, 409 conflict or exists, 410 gone). */
export function isStatus(error: unknown, status: number): boolean {
	return error instanceof ApiError && error.status === status;
}

/** An answer, or undefined when the server says that there is no such object. */
export async function orNothing<T>(answer: Promise<T>): Promise<T | undefined> {
	try {
		return await answer;
	} catch (error) {
		if (isStatus(error, 404)) return undefined;
		throw error;
	}
}

/** Query parameters of a request; undefined ones are left out. */
export type Query = Readonly<Record<string, string | number | undefined>>;

/** Told of an answer: the method, and its status or `error` when none came. */
export type OnAnswer = (method: string, status: string) => void;

/** One line of a watch. */
export interface WatchEvent {
	type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
	object: unknown;
}

/**
 * The API server as plain JSON over HTTPS. client-node supplies the credentials at each request (it re-reads the rotating token
 * file of a pod); its generated clients are not used, because they turn times into Dates while its watch does not, and its watch
 * swallows what a callback throws.
 */
export class ApiServer {
	readonly #config: KubeConfig;
	readonly #agent = new Agent({ keepAlive: true, keepAliveMsecs: 15_000 });

	readonly #answerMs: number;
	readonly #onAnswer: OnAnswer;

	/**
	 * @param answerMs - longest wait for an answer to begin and, but for a watch, to end; default 30 s
	 * @param onAnswer - told of every answer but for watches
	 */
	constructor(config: KubeConfig, answerMs = 30_000, onAnswer: OnAnswer = () => undefined) {
		this.#config = config;
		this.#answerMs = answerMs;
		this.#onAnswer = onAnswer;
	}

	/** Reads; throws ApiError 404 when there is nothing. */
	async get<T>(path: string, query: Query = {}): Promise<T> {
		return (await this.#json("GET", path, query)) as T;
	}

	/** Creates; throws ApiError 409 when it exists. */
	async post<T>(path: string, body: unknown): Promise<T> {
		return (await this.#json("POST", path, {}, body)) as T;
	}

	/** Replaces; throws ApiError 409 when the object has changed since it was read. */
	async put<T>(path: string, body: unknown): Promise<T> {
		return (await this.#json("PUT", path, {}, body)) as T;
	}

	/** Merges; throws ApiError 409 when the body holds a `resourceVersion` that is not the present one. */
	async patch<T>(path: string, body: unknown, type = "application/merge-patch+json"): Promise<T> {
		return (await this.#json("PATCH", path, {}, body, type)) as T;
	}

	/** Deletes, with the options of Kubernetes' `DeleteOptions`; throws ApiError 409 when a precondition does not hold. */
	async delete<T>(path: string, options: unknown): Promise<T> {
		return (await this.#json("DELETE", path, {}, options)) as T;
	}

	/** Follows a collection until the server or the signal ends it; throws on a broken connection and on long silence. */
	async *watch(path: string, query: Query, signal: AbortSignal): AsyncGenerator<WatchEvent> {
		const response = await this.#send(
			"GET",
			path,
			{ ...query, watch: "true", allowWatchBookmarks: "true" },
			{ signal },
		);
		response.setTimeout(silenceMs, () => response.destroy(new Error(`the watch of ${path} was silent for too long`)));
		for await (const line of lines(response)) yield JSON.parse(line) as WatchEvent;
	}

	/** Closes idle connections. */
	close(): void {
		this.#agent.destroy();
	}

	async #json(method: string, path: string, query: Query, body?: unknown, type = "application/json"): Promise<unknown> {
		const payload = body === undefined ? undefined : { text: JSON.stringify(body), type };
		const signal = AbortSignal.timeout(this.#answerMs);
		const response = await this.#counted(
			method,
			this.#send(method, path, query, { signal, ...(payload && { payload }) }),
		);
		return JSON.parse(await text(response));
	}

	async #counted(method: string, sent: Promise<IncomingMessage>): Promise<IncomingMessage> {
		try {
			const response = await sent;
			this.#onAnswer(method, String(response.statusCode));
			return response;
		} catch (error) {
			this.#onAnswer(method, error instanceof ApiError ? String(error.status) : "error");
			throw error;
		}
	}

	async #send(method: string, path: string, query: Query, options: SendOptions): Promise<IncomingMessage> {
		const cluster = this.#config.getCurrentCluster();
		if (!cluster) throw new Error("the credentials name no cluster");
		const url = new URL(cluster.server.replace(/\/$/, "") + path);
		for (const [name, value] of Object.entries(query)) {
			if (value !== undefined) url.searchParams.set(name, String(value));
		}
		const credentials: RequestOptions = {};
		await this.#config.applyToHTTPSOptions(credentials as Parameters<KubeConfig["applyToHTTPSOptions"]>[0]);
		const headers: Record<string, string | number> = {
			accept: "application/json",
			"user-agent": "pulumi-chaos-controller",
		};
		if (options.payload) {
			headers["content-type"] = options.payload.type;
			headers["content-length"] = Buffer.byteLength(options.payload.text);
		}
		const requestOptions = {
			...credentials,
			method,
			agent: this.#agent,
			headers: { ...credentials.headers, ...headers } as Record<string, string | number>,
			signal: options.signal,
			timeout: this.#answerMs,
		};
		const response = await answer(url, requestOptions, options.payload?.text);
		const status = response.statusCode ?? 0;
		if (status >= 200 && status < 300) return response;
		throw new ApiError(status, `${method} ${path}: ${explain(status, await text(response))}`);
	}
}

interface SendOptions {
	signal: AbortSignal;
	payload?: { text: string; type: string };
}

/** Sends once, and once more when a pooled connection turns out to have been closed by the server meanwhile. */
function answer(url: URL, options: RequestOptions, body: string | undefined): Promise<IncomingMessage> {
	return new Promise((resolve, reject) => {
		const sent = request(url, options, resolve);
		sent.on("timeout", () => sent.destroy(new Error(`no answer from ${url.host} within ${options.timeout} ms`)));
		sent.on("error", (error: NodeJS.ErrnoException) => {
			if (sent.reusedSocket && error.code === "ECONNRESET") answer(url, options, body).then(resolve, reject);
			else reject(error);
		});
		sent.end(body);
	});
}

async function text(response: IncomingMessage): Promise<string> {
	response.setEncoding("utf8");
	let all = "";
	for await (const chunk of response) all += chunk as string;
	return all;
}

/** The server's own sentence when it gave one. */
function explain(status: number, body: string): string {
	try {
		const { message } = JSON.parse(body) as { message?: string };
		if (message) return `${message} (${status})`;
	} catch {
		// Not from the API server itself: a proxy or load balancer in between answers in its own words.
	}
	return `status ${status} ${body.slice(0, 200)}`.trim();
}
