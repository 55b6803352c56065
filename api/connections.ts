import type { Server, Socket } from "node:net";
import { Newest } from "./newest.ts";

/** Keeps at most so many connections of a server: the oldest ends when one more comes. Returns those that are there, by name. */
export function newestConnections(server: Server, most: number): Newest<Socket> {
	const connections = new Newest<Socket>(most, (socket) => socket.destroy());
	server.on("connection", (socket: Socket) => {
		const name = connectionName(socket);
		connections.add(name, socket);
		socket.on("close", () => connections.delete(name));
	});
	return connections;
}

/** Name of a connection among those of its server: the same for its socket and for the TLS above it. */
export function connectionName({ remoteAddress, remotePort }: Socket): string {
	return `${remoteAddress} ${remotePort}`;
}
