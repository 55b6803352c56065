import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { errorText } from "../api/log.ts";
import { metricsType } from "../api/metrics.ts";

/** Throws when the daemon is not fit to work, with the reason. */
export type HealthCheck = () => Promise<void>;

/**
 * Serves over plain HTTP `GET /livez`: 200 for as long as the process answers at all; and `GET /healthz`: 200 when the check
 * passes, else 503 and its reason; and `GET /metrics` for Prometheus. Resolves when it listens.
 */
export async function serveHealth(
	port: number,
	check: HealthCheck,
	metrics: () => string,
	host?: string,
): Promise<Server> {
	const server = createServer(async (request, response) => {
		if (request.url === "/livez") {
			response.writeHead(200).end("ok\n");
			return;
		}
		if (request.url === "/metrics") {
			response.writeHead(200, { "content-type": metricsType }).end(metrics());
			return;
		}
		if (request.url !== "/healthz") {
			response.writeHead(404).end("the paths are /healthz, /livez and /metrics\n");
			return;
		}
		try {
			await check();
			response.writeHead(200).end("ok\n");
		} catch (error) {
			response.writeHead(503).end(`${errorText(error)}\n`);
		}
	});
	server.listen(port, host);
	await once(server, "listening");
	return server;
}

/** Port that a server listens on. */
export function portOf(server: Server): number {
	return (server.address() as AddressInfo).port;
}
