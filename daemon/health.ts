import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { errorText } from "../api/log.ts";

/** Throws when the daemon is not fit to work, with the reason. */
export type HealthCheck = () => Promise<void>;

/** Serves `GET /healthz` (plain HTTP): 200 when the check passes, else 503 and its reason. Resolves when it listens. */
export async function serveHealth(port: number, check: HealthCheck, host?: string): Promise<Server> {
	const server = createServer(async (request, response) => {
		if (request.url !== "/healthz") {
			response.writeHead(404).end("the only path is /healthz\n");
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
