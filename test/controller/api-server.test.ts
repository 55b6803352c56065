import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { KubeConfig } from "@kubernetes/client-node";
import { afterAll, afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiServer, isStatus } from "../../controller/api-server.ts";
import { createAuthority, issue } from "../../controller/certificates.ts";

const folder = mkdtempSync(join(tmpdir(), "api-server-"));
const tokenFile = join(folder, "token");
let listener: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let requests: { method: string; url: string; token: string; type: string | undefined }[];
const sockets = new Set<Duplex>();
let server: ApiServer;
let config: KubeConfig;

beforeEach(async () => {
	const authority = await createAuthority();
	requests = [];
	answer = (_request, response) => response.end("{}");
	listener = createServer(await issue(authority, { name: "localhost", usage: "server" }), (request, response) => {
		const { method = "", url = "", headers } = request;
		requests.push({ method, url, token: headers.authorization ?? "", type: headers["content-type"] });
		answer(request, response);
	});
	listener.on("connection", (socket) => {
		sockets.add(socket);
		socket.on("close", () => sockets.delete(socket));
	});
	await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
	const { port } = listener.address() as AddressInfo;
	writeFileSync(tokenFile, "first");
	config = new KubeConfig();
	config.loadFromClusterAndUser(
		{
			name: "c",
			server: `https://localhost:${port}`,
			caData: Buffer.from(authority.cert).toString("base64"),
			skipTLSVerify: false,
		},
		// As client-node sets it up for a pod: the kubelet renews the token in this file.
		{ name: "u", authProvider: { name: "tokenFile", config: { tokenFile } } },
	);
	server = new ApiServer(config, 500);
});
afterEach(async () => {
	vi.useRealTimers();
	server.close();
	for (const socket of sockets) socket.destroy();
	await new Promise((resolve) => listener.close(resolve));
});
afterAll(() => rmSync(folder, { recursive: true }));

it("speaks JSON, and merges by merge patches", async () => {
	answer = (request, response) => {
		let body = "";
		request.on("data", (chunk) => {
			body += chunk;
		});
		request.on("end", () => response.end(JSON.stringify({ got: body === "" ? null : JSON.parse(body) })));
	};
	expect(await server.get("/a", { limit: 5, continue: undefined })).toEqual({ got: null });
	expect(await server.post("/b", { x: "ü" })).toEqual({ got: { x: "ü" } });
	expect(await server.put("/c", 1)).toEqual({ got: 1 });
	expect(await server.patch("/d", {})).toEqual({ got: {} });
	expect(requests.map(({ method, url, type }) => [method, url, type])).toEqual([
		["GET", "/a?limit=5", undefined],
		["POST", "/b", "application/json"],
		["PUT", "/c", "application/json"],
		["PATCH", "/d", "application/merge-patch+json"],
	]);
	expect(sockets.size).toBe(1);
});

it("gives the server's words and status, or what it said instead", async () => {
	answer = (_request, response) =>
		response.writeHead(409).end(JSON.stringify({ kind: "Status", message: "it has changed" }));
	const error = await server.put("/things/a", {}).catch((caught: unknown) => caught);
	expect(isStatus(error, 409)).toBe(true);
	expect(error).toMatchObject({ message: "PUT /things/a: it has changed (409)" });
	answer = (_request, response) => response.writeHead(502).end("<h1>bad gateway</h1>");
	await expect(server.get("/things")).rejects.toThrow("GET /things: status 502 <h1>bad gateway</h1>");
});

it("reads the token anew, because it is renewed while we run", async () => {
	vi.useFakeTimers({ toFake: ["Date"] });
	await server.get("/a");
	writeFileSync(tokenFile, "second");
	vi.setSystemTime(Date.now() + 61_000);
	await server.get("/a");
	expect(requests.map(({ token }) => token)).toEqual(["Bearer first", "Bearer second"]);
});

it("sends again when a pooled connection turns out to be closed", async () => {
	await server.get("/a");
	answer = (request, response) => {
		if (requests.length === 2) request.socket.destroy();
		else response.end("{}");
	};
	await server.get("/b");
	expect(requests.map(({ url }) => url)).toEqual(["/a", "/b", "/b"]);
});

it("does not wait for ever for an answer, nor for a watch to begin", async () => {
	answer = () => undefined;
	await expect(server.get("/a")).rejects.toThrow();
	const watching = server.watch("/b", {}, new AbortController().signal).next();
	await expect(watching).rejects.toThrow(/no answer from localhost:\d+ within 500 ms/);
});

it("watches line by line for as long as it takes, until it is told to stop", async () => {
	let write = (_line: string): void => undefined;
	answer = (_request, response) => {
		response.writeHead(200);
		write = (line) => response.write(line);
		write('{"type":"ADDED","object":{"a":1}}\n{"type":"MODI');
	};
	const stop = new AbortController();
	const events = server.watch("/a", { resourceVersion: "7" }, stop.signal);
	expect((await events.next()).value).toEqual({ type: "ADDED", object: { a: 1 } });
	expect(requests[0]?.url).toBe("/a?resourceVersion=7&watch=true&allowWatchBookmarks=true");
	// Longer than any other answer may take.
	await new Promise((resolve) => setTimeout(resolve, 700));
	write('FIED","object":{"a":2}}\n');
	expect((await events.next()).value).toEqual({ type: "MODIFIED", object: { a: 2 } });
	stop.abort();
	await expect(events.next()).rejects.toThrow();
});
