import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { KubeConfig } from "@kubernetes/client-node";
import { afterEach, expect, test } from "vitest";
import { execInPod } from "../../../tools/lib/pod-exec.ts";

let server: Server;
const sockets = new Set<Socket>();

/** An API server that does `answer` when a client wants to talk to a pod. */
async function apiServer(answer: (socket: Socket, path: string) => void): Promise<KubeConfig> {
	server = createServer();
	server.on("upgrade", (request, socket) => {
		sockets.add(socket as Socket);
		answer(socket as Socket, request.url ?? "");
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const config = new KubeConfig();
	config.loadFromClusterAndUser(
		{ name: "local", server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, skipTLSVerify: true },
		{ name: "anybody" },
	);
	return config;
}

afterEach(() => {
	for (const socket of sockets) socket.destroy();
	server.close();
});

const call = { namespace: "shop", pod: "front-0", container: "server", command: ["reach", "--peers", "[]"] };

test("a pod that is gone is named, with what the API server says", async () => {
	const paths: string[] = [];
	const config = await apiServer((socket, path) => {
		paths.push(path);
		socket.end("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n");
	});
	await expect(execInPod(config, { ...call, timeoutMs: 5000 })).rejects.toThrow(
		"reach in pod shop/front-0: Unexpected server response: 404",
	);
	expect(paths).toEqual([
		"/api/v1/namespaces/shop/pods/front-0/exec?stdout=true&stderr=true&stdin=false&tty=false&command=reach&command=--peers&command=%5B%5D&container=server",
	]);
});

test("an API server that does not answer is given up after the time-out", async () => {
	const config = await apiServer(() => {});
	await expect(execInPod(config, { ...call, timeoutMs: 100 })).rejects.toThrow(
		"reach in pod shop/front-0: did not end within 100 ms",
	);
});
