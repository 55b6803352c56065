import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import { root } from "../../../tools/lib/paths.ts";

/** The sources of the sample image. */
export const folder = join(root, "images/sample");

/** A port that nobody listens on right now. */
export async function freePort(): Promise<number> {
	const server = createTcpServer().listen(0);
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, "close");
	return port;
}

/** A server that says at any path that it is `identity`, after `delayMs`, on one loopback address. */
export async function pretend(host: string, port: number, identity: object, delayMs = 0): Promise<Server> {
	const server = createServer((_request, response) => {
		setTimeout(() => response.end(JSON.stringify(identity)), delayMs);
	});
	server.listen(port, host);
	await once(server, "listening");
	return server;
}

/** The real server of the image as a process; resolves when it listens. */
export async function startServer(env: Record<string, string>): Promise<ChildProcess> {
	const child = spawn(process.execPath, [join(folder, "server.ts")], {
		env: { PATH: process.env["PATH"], ...env },
		stdio: ["ignore", "pipe", "inherit"],
	});
	await once(child.stdout, "data");
	return child;
}
