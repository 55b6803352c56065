import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { metricsType } from "../api/metrics.ts";

/**
 * Plain HTTP for the kubelet's probes and for Prometheus: `/healthz` while the process runs, `/readyz` once it can do its work,
 * `/metrics`.
 */
export class Health {
	readonly #server: Server;

	/**
	 * @param ready - what is missing before the controller can work; undefined: nothing
	 * @param metrics - in Prometheus' text format
	 */
	constructor(ready: () => string | undefined, metrics: () => string) {
		this.#server = createServer((request, response) => {
			if (request.url === "/metrics") {
				response.writeHead(200, { "content-type": metricsType }).end(metrics());
				return;
			}
			const missing = request.url === "/readyz" ? ready() : undefined;
			const known = request.url === "/healthz" || request.url === "/readyz";
			response.writeHead(known ? (missing === undefined ? 200 : 503) : 404, { "content-type": "text/plain" });
			response.end(known ? `${missing ?? "ok"}\n` : "not found\n");
		});
	}

	/** Begins to listen on all addresses, IPv6 too; returns the port. Throws when it is taken. */
	async listen(port: number): Promise<number> {
		await new Promise<void>((resolve, reject) => {
			this.#server.once("error", reject);
			this.#server.listen(port, resolve);
		});
		return (this.#server.address() as AddressInfo).port;
	}

	/** Ends. */
	async close(): Promise<void> {
		this.#server.closeAllConnections();
		await new Promise((resolve) => this.#server.close(resolve));
	}
}
