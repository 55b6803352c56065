import type { SecureClientSessionOptions } from "node:http2";
import { type ClientHttp2Session, connect } from "node:http2";
import type { InjectionState } from "../../api/daemon-api.ts";

/** How a call ended. */
export interface Answer {
	status: number;
	/** The body: JSON when it is JSON. */
	body: unknown;
	headers: Record<string, unknown>;
}

/** The least that a client of the daemon can be: one HTTP/2 session. */
export class Client {
	readonly session: ClientHttp2Session;

	constructor(port: number, options: SecureClientSessionOptions) {
		this.session = connect(`https://127.0.0.1:${port}`, { servername: "daemon.pulumi-chaos", ...options });
		this.session.on("error", () => {}).setMaxListeners(0);
	}

	/** Sends a request; text goes as it is, everything else as JSON. Rejects when there is no answer. */
	call(method: string, path: string, body?: unknown): Promise<Answer> {
		return new Promise((resolve, reject) => {
			this.session.once("error", reject);
			const stream = this.session.request({ ":method": method, ":path": path });
			const chunks: Buffer[] = [];
			let headers: Record<string, unknown> = {};
			stream.on("response", (received) => {
				headers = received;
			});
			stream.on("data", (chunk: Buffer) => chunks.push(chunk));
			stream.on("error", reject);
			stream.on("close", () => {
				if (headers[":status"] === undefined) reject(new Error("the stream was closed without an answer"));
				const text = Buffer.concat(chunks).toString();
				const isJson = headers["content-type"] === "application/json";
				resolve({ status: headers[":status"] as number, body: isJson ? JSON.parse(text) : text, headers });
			});
			stream.end(body === undefined || typeof body === "string" ? body : JSON.stringify(body));
		});
	}

	/** Opens a watch; `lines` grows as they come. */
	watch(): { lines: (InjectionState | { synced: true } | "")[]; close(): void } {
		const stream = this.session.request({ ":method": "GET", ":path": "/v1/watch" });
		const lines: (InjectionState | { synced: true } | "")[] = [];
		let rest = "";
		stream.setEncoding("utf8");
		stream.on("error", () => {});
		stream.on("data", (text: string) => {
			const parts = (rest + text).split("\n");
			rest = parts.pop() ?? "";
			lines.push(...parts.map((line) => (line === "" ? line : JSON.parse(line))));
		});
		return { lines, close: () => stream.close() };
	}

	close(): void {
		this.session.destroy();
	}
}
