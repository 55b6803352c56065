import { once } from "node:events";
import { type ClientHttp2Session, type ClientHttp2Stream, connect as connectHttp2, constants } from "node:http2";
import { connect as connectTcp } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { controllerClientName, daemonPaths, daemonServerName } from "../../api/daemon-api.ts";
import { createLog } from "../../api/log.ts";
import { readJson } from "../../daemon/body.ts";
import { Injections } from "../../daemon/injections.ts";
import { Journal } from "../../daemon/journal.ts";
import { Leader } from "../../daemon/leader.ts";
import { RateLimit } from "../../daemon/rate-limit.ts";
import { routesOf } from "../../daemon/routes.ts";
import { Server } from "../../daemon/server.ts";
import { readCredentials } from "../../daemon/tls.ts";
import { Bench } from "./bench.ts";
import { Client } from "./client.ts";

/** A door of our own in front of a node that holds nothing, and a client that must be served whatever others do. */
let bench: Bench;
let server: Server;
let port: number;
let journal: Journal;
let controller: Client;
let own: { ca: string; cert: string; key: string };

async function open(limit?: RateLimit): Promise<void> {
	const log = createLog("error", (line) => bench.logged.push(line));
	journal = await Journal.open(join(bench.folder, "journal"), log);
	const injections = new Injections({ journal, injector: () => Promise.reject(), boot: "", oneShot: () => false, log });
	const credentials = await readCredentials(join(bench.folder, "tls"));
	const routes = routesOf(injections, await Leader.open(bench.folder, "", log));
	server = new Server({ credentials, routes, log, port: 0, host: "127.0.0.1", ...(limit && { limit }) });
	port = await server.listen();
	own = { ca: bench.authority.ca, ...(await bench.authority.issue(controllerClientName)) };
	controller = await bench.connect(port);
}

beforeEach(async () => {
	bench = await Bench.create();
});

afterEach(async () => {
	controller.close();
	await server.stop();
	await journal.close();
	await bench.close();
});

const recover = (client = controller) => client.call("POST", daemonPaths.recover, { epoch: 1, ids: [] });
const inject = (client = controller) =>
	client.call("POST", daemonPaths.inject, { epoch: 1, leaseMs: 60_000, items: [] });

it("lets each connection ask so often and no more, but for taking faults out", async () => {
	await open(new RateLimit({ perSecond: 0.001, burst: 3 }, { perSecond: 1, burst: 100 }));
	for (let count = 0; count < 3; count++) expect((await inject()).status).toBe(200);
	expect(await inject()).toMatchObject({
		status: 429,
		headers: { "retry-after": "1000" },
		body: { error: "too many requests; try again in 1000 s" },
	});
	for (let count = 0; count < 20; count++) expect((await recover()).status).toBe(200);
	const other = await bench.connect(port);
	expect((await inject(other)).status).toBe(200);
	other.close();
});

it("lets all connections together ask so often and no more, but for taking faults out", async () => {
	await open(new RateLimit({ perSecond: 1, burst: 100 }, { perSecond: 0.001, burst: 3 }));
	const others = await Promise.all([1, 2, 3].map(() => bench.connect(port)));
	for (const other of others) expect((await inject(other)).status).toBe(200);
	expect((await inject()).status).toBe(429);
	expect((await recover()).status).toBe(200);
	for (const other of others) other.close();
});

it("serves the controller beside any number of connections that say nothing", async () => {
	await open();
	const silent = Array.from({ length: 300 }, () => connectTcp(port, "127.0.0.1").on("error", () => {}));
	await Promise.all(silent.map((socket) => once(socket, "connect")));
	expect((await recover()).status).toBe(200);
	const late = await bench.connect(port);
	expect((await recover(late)).status).toBe(200);
	await vi.waitFor(() => expect(silent.filter((socket) => socket.closed).length).toBeGreaterThan(100), 5000);
	late.close();
	for (const socket of silent) socket.destroy();
});

it("serves the controller beside any number of connections with certificates of others", async () => {
	await open();
	const foreign = { ca: bench.authority.ca, ...(await bench.authority.issue("somebody.pulumi-chaos")) };
	expect((await recover()).status).toBe(200);
	const others = Array.from({ length: 200 }, () => new Client(port, foreign));
	await Promise.allSettled(others.map((other) => inject(other)));
	expect((await recover()).status).toBe(200);
	expect(controller.session.destroyed).toBe(false);
	for (const other of others) other.close();
});

it("closes the controller's oldest connection when there are too many", async () => {
	await open();
	expect((await recover()).status).toBe(200);
	const others: Client[] = [];
	for (let count = 0; count < 32; count++) {
		const other = await bench.connect(port);
		others.push(other);
		expect((await recover(other)).status).toBe(200);
	}
	await vi.waitFor(() => expect(controller.session.destroyed).toBe(true), 5000);
	for (const other of others) other.close();
});

it("outlives requests that are reset as soon as they were made", async () => {
	await open();
	const flood = connectHttp2(`https://127.0.0.1:${port}`, { ...own, servername: daemonServerName });
	flood.on("error", () => {});
	await once(flood, "connect");
	for (let round = 0; round < 40 && !flood.destroyed; round++) {
		for (const path of [daemonPaths.watch, daemonPaths.inject, daemonPaths.recover, "/nothing"]) {
			for (let count = 0; count < 20 && !flood.destroyed; count++) reset(flood, path, count);
		}
		await new Promise((resolve) => setImmediate(resolve));
	}
	expect((await recover()).status).toBe(200);
	flood.destroy();
});

/** Two kinds of reset: one that fails the request, and one that only does not want its answer. */
function reset(session: ClientHttp2Session, path: string, count: number): void {
	const method = path === daemonPaths.watch ? "GET" : "POST";
	const stream = session.request({ ":path": path, ":method": method }, { endStream: false }).on("error", () => {});
	if (method === "POST") stream.end('{"epoch":1,"ids":[]}');
	stream.close(count % 2 === 0 ? constants.NGHTTP2_CANCEL : constants.NGHTTP2_NO_ERROR);
}

it("answers who speaks HTTP/1.1 that it does not", async () => {
	await open();
	const socket = connectTls({ port, host: "127.0.0.1", servername: daemonServerName, ...own });
	await once(socket, "secureConnect");
	socket.write("POST /v1/recover HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n{}");
	const [chunk] = (await once(socket, "data")) as [Buffer];
	expect(chunk.toString()).toMatch(/^HTTP\/1\.0 403/);
	expect((await recover()).status).toBe(200);
	socket.destroy();
});

it("waits for a body no longer than it has patience, and serves others meanwhile", async () => {
	await open();
	let failed: unknown;
	const credentials = await readCredentials(join(bench.folder, "tls"));
	const log = createLog("error", () => {});
	const routes = () => async (stream: Parameters<typeof readJson>[0]) => {
		await readJson(stream, 200).catch((error: unknown) => {
			failed = error;
		});
	};
	const slow = new Server({ credentials, routes, log, port: 0, host: "127.0.0.1" });
	const client = await bench.connect(await slow.listen());
	const headersOnly = client.session.request({ ":method": "POST", ":path": "/" }, { endStream: false });
	const trickle = client.session.request({ ":method": "POST", ":path": "/" }, { endStream: false });
	const drip = setInterval(() => trickle.write(" "), 20);
	const closed = (stream: ClientHttp2Stream) => new Promise((resolve) => stream.resume().on("close", resolve));
	for (const stream of [headersOnly, trickle]) stream.on("error", () => {});
	await Promise.all([closed(headersOnly), closed(trickle)]);
	clearInterval(drip);
	expect(failed).toMatchObject({ status: 408, message: "the body was not here after 0.2 s" });
	client.close();
	await slow.stop();
});

it("does not wait with anything for requests that never end", async () => {
	await open();
	const hanging = Array.from({ length: 90 }, () =>
		controller.session
			.request({ ":method": "POST", ":path": daemonPaths.inject }, { endStream: false })
			.on("error", () => {}),
	);
	for (const stream of hanging) stream.write('{"items":[');
	const other = await bench.connect(port);
	expect((await recover(other)).status).toBe(200);
	expect((await recover()).status).toBe(200);
	other.close();
	for (const stream of hanging) stream.close(constants.NGHTTP2_CANCEL);
});
