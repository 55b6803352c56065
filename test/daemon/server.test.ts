import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect as connectTcp } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { controllerClientName, daemonServerName } from "../../api/daemon-api.ts";
import { createLog } from "../../api/log.ts";
import { Injections } from "../../daemon/injections.ts";
import { Journal } from "../../daemon/journal.ts";
import type { Routes } from "../../daemon/routes.ts";
import { Server } from "../../daemon/server.ts";
import { followCredentials, readCredentials } from "../../daemon/tls.ts";
import { watch } from "../../daemon/watch.ts";
import { Authority } from "../support/certificates.ts";
import { Bench } from "./bench.ts";
import { Client } from "./client.ts";

let bench: Bench;

beforeEach(async () => {
	bench = await Bench.create();
	await bench.start();
});

afterEach(() => bench.close());

const recoverNothing = ["POST", "/v1/recover", { epoch: 1, ids: [] }] as const;

describe("who may call", () => {
	it("is the controller", async () => {
		expect(await bench.client.call(...recoverNothing)).toMatchObject({ status: 200, body: { results: [] } });
		expect(bench.client.session.alpnProtocol).toBe("h2");
	});

	it.each([
		["nobody without a certificate", async () => ({})],
		["nobody of another authority", async () => (await Authority.create()).issue(controllerClientName)],
		["nobody who signed for themselves", async () => (await Authority.create(controllerClientName)).self()],
		["nobody whose time is over", () => bench.authority.issue(controllerClientName, Date.now() - 86_400_000)],
		["nobody whose time is to come", () => bench.authority.issue(controllerClientName, Date.now() + 86_400_000)],
	])("is %s", async (_who, credentials: () => Promise<{ cert?: string; key?: string }>) => {
		const client = new Client(bench.daemon.port, { ca: bench.authority.ca, ...(await credentials()) });
		await expect(client.call(...recoverNothing)).rejects.toThrow();
		client.close();
		await vi.waitFor(() => expect(bench.logged.join("")).toContain("a connection was refused"), 5000);
		expect((await bench.client.call(...recoverNothing)).status).toBe(200);
	});

	it.each(["daemon.pulumi-chaos", "controller.pulumi-chaos.example", "*.pulumi-chaos"])(
		"is not who has a certificate of ours for %s",
		async (name) => {
			const client = new Client(bench.daemon.port, { ca: bench.authority.ca, ...(await bench.authority.issue(name)) });
			expect(await client.call(...recoverNothing)).toMatchObject({
				status: 403,
				body: { error: "the client's certificate is not the controller's (DNS name controller.pulumi-chaos)" },
			});
			client.close();
		},
	);

	it("is not who speaks an older TLS or no HTTP/2", async () => {
		const own = { ca: bench.authority.ca, ...(await bench.authority.issue(controllerClientName)) };
		const at = { port: bench.daemon.port, host: "127.0.0.1", servername: daemonServerName };
		for (const options of [
			{ maxVersion: "TLSv1.2", ALPNProtocols: ["h2"] },
			{ ALPNProtocols: ["http/1.1"] },
		] as const) {
			const socket = connectTls({ ...at, ...own, ...options, ALPNProtocols: [...options.ALPNProtocols] });
			await expect(once(socket, "secureConnect")).rejects.toThrow(/alert/);
		}
	});
});

describe("what is refused", () => {
	const longList = Array.from({ length: 12 }, () => 1);
	it.each([
		[
			"another path",
			"POST",
			"/v1/nothing",
			"",
			404,
			"nothing is served at /v1/nothing; the paths are /v1/inject, /v1/recover, /v1/abilities, /v1/lease, /v1/watch",
		],
		["another method", "PUT", "/v1/inject", "", 405, "/v1/inject takes POST, not PUT"],
		["no JSON", "POST", "/v1/inject", '{"items":[', 400, /^the body is not JSON: /],
		["no body", "POST", "/v1/inject", "", 400, /^the body is not JSON: /],
		["no object", "POST", "/v1/inject", "[]", 400, "body: [] is not an object"],
		["null", "POST", "/v1/inject", "null", 400, "body: null is not an object"],
		[
			"an unknown field",
			"POST",
			"/v1/recover",
			{ epoch: 1, ids: [], force: true },
			400,
			"force: is not a known field; the fields here are epoch, ids",
		],
		["a missing field", "POST", "/v1/recover", { epoch: 1 }, 400, "ids: missing"],
		["a caller who does not say when it was elected", "POST", "/v1/recover", { ids: [] }, 400, "epoch: missing"],
		[
			"a bad id",
			"POST",
			"/v1/recover",
			{ epoch: 1, ids: ["../x"] },
			400,
			'ids[0]: "../x" is not an injection id; use 16 hexadecimal digits',
		],
		[
			"an id twice",
			"POST",
			"/v1/recover",
			{ epoch: 1, ids: ["0123456789abcdef", "0123456789abcdef"] },
			400,
			'ids[1]: "0123456789abcdef" stands twice in one call',
		],
		["a long list of mistakes", "POST", "/v1/recover", { epoch: 1, ids: longList }, 400, /\nand 2 more$/],
		[
			"an item that is none",
			"POST",
			"/v1/inject",
			{ epoch: 1, leaseMs: 60_000, items: [null] },
			400,
			"items[0]: null is not an object",
		],
	])("%s", async (_what, method, path, body, status, error) => {
		const answer = await bench.client.call(method, path, body);
		expect(answer.status).toBe(status);
		const message = (answer.body as { error: string }).error;
		if (typeof error === "string") expect(message).toBe(error);
		else expect(message).toMatch(error);
	});

	it("an item with mistakes, each by its path", async () => {
		const item = {
			id: "0123456789abcdef",
			experiment: "e/../../x",
			kind: "IOChaos",
			target: { namespace: "Shop", pod: "a", podUid: "u", containers: [{ name: "main", id: "4f6" }] },
			expiresInMs: 0,
		};
		const { status, body } = await bench.client.call("POST", "/v1/inject", {
			epoch: 1,
			leaseMs: 60_000,
			items: [item],
		});
		expect(status).toBe(400);
		expect((body as { error: string }).error.split("\n")).toEqual([
			`items[0].experiment: "e/../../x" is not a uid; use letters, digits and '-'`,
			'items[0].kind: "IOChaos" is not a known kind; use "PodChaos", "NetworkChaos", "StressChaos" or "TimeChaos"',
			`items[0].target.namespace: "Shop" is not the name of a namespace; use at most 63 lower-case letters, digits and '-', with a letter or digit at both ends`,
			`items[0].target.containers[0].id: "4f6" is not the id of a container; use the runtime's name and its id, such as "containerd://4f6..."`,
			expect.stringMatching(/^items\[0\]\.expiresInMs: 0 is out of range; use 1 to/),
		]);
	});

	it("an item without an instruction", async () => {
		const target = { namespace: "shop", pod: "a", podUid: "u", containers: [] };
		const item = { id: "0123456789abcdef", experiment: "e", kind: "NetworkChaos", target, expiresInMs: 1 };
		expect(await bench.client.call("POST", "/v1/inject", { epoch: 1, leaseMs: 60_000, items: [item] })).toMatchObject({
			status: 400,
			body: { error: "items[0].instruction: missing" },
		});
	});

	it("a body that is too long, on a connection that goes on", async () => {
		const answer = await bench.client.call("POST", "/v1/inject", "x".repeat(9 * 1024 * 1024));
		expect(answer).toMatchObject({
			status: 413,
			body: { error: "the body is longer than 8388608 bytes; send smaller batches" },
		});
		expect((await bench.client.call(...recoverNothing)).status).toBe(200);
	});
});

describe("connections", () => {
	it("that say nothing or break off harm nobody", async () => {
		const silent = connectTcp(bench.daemon.port, "127.0.0.1");
		const rubbish = connectTcp(bench.daemon.port, "127.0.0.1").on("error", () => {});
		rubbish.write("GET / HTTP/1.1\r\n\r\n");
		const own = { ca: bench.authority.ca, ...(await bench.authority.issue(controllerClientName)) };
		const breaking = new Client(bench.daemon.port, own);
		const stream = breaking.session.request({ ":method": "POST", ":path": "/v1/inject" }, { endStream: false });
		stream.on("error", () => {}).write('{"items":');
		breaking.watch();
		await new Promise((resolve) => setTimeout(resolve, 100));
		breaking.close();
		expect((await bench.client.call(...recoverNothing)).status).toBe(200);
		silent.destroy();
		rubbish.destroy();
	});

	it("that do not answer a ping are closed", async () => {
		const credentials = await readCredentials(join(bench.folder, "tls"));
		const log = createLog("error", () => {});
		const server = new Server({ credentials, routes: () => () => {}, log, port: 0, host: "127.0.0.1", pingMs: 50 });
		const port = await server.listen();
		const own = { ca: bench.authority.ca, ...(await bench.authority.issue(controllerClientName)) };
		const at = { port, host: "127.0.0.1", servername: daemonServerName, ALPNProtocols: ["h2"] };
		// Shakes hands, and is never heard of again: a node that was cut off.
		const socket = connectTls({ ...at, ...own });
		const living = connectHttp2(`https://127.0.0.1:${port}`, { ...own, servername: daemonServerName });
		socket.resume().on("error", () => {});
		await once(socket, "close");
		expect(living.destroyed).toBe(false);
		living.destroy();
		await server.stop();
	});

	it("see new certificates without a restart, and unusable ones never", async () => {
		const folder = join(bench.folder, "tls");
		const first = await readCredentials(folder);
		const lines: string[] = [];
		const log = createLog("info", (line) => lines.push(line));
		const server = new Server({ credentials: first, routes: () => () => {}, log, port: 0, host: "127.0.0.1" });
		const port = await server.listen();
		const stop = followCredentials(folder, first, log, (fresh) => server.renew(fresh), 20);
		const fingerprint = async (authority: Authority): Promise<string> => {
			const own = { ca: authority.ca, ...(await authority.issue(controllerClientName)) };
			const at = { port, host: "127.0.0.1", servername: daemonServerName, ALPNProtocols: ["h2"] };
			const socket = connectTls({ ...at, ...own });
			await once(socket, "secureConnect");
			const print = socket.getPeerCertificate().fingerprint256;
			socket.destroy();
			return print;
		};
		const before = await fingerprint(bench.authority);

		const next = await Authority.create();
		const [one, other] = [await next.issue(daemonServerName), await next.issue(daemonServerName)];
		next.write(folder, { cert: one.cert, key: other.key });
		await vi.waitFor(() => expect(lines.join("")).toContain("keeping the certificates at hand"), 5000);
		expect(await fingerprint(bench.authority)).toBe(before);

		next.write(folder, one);
		await vi.waitFor(async () => expect(await fingerprint(next)).not.toBe(before), 5000);
		await expect(fingerprint(bench.authority)).rejects.toThrow();
		stop();
		await server.stop();
		expect(lines.join("")).not.toContain("PRIVATE");
	});
});

describe("a watch", () => {
	const log = createLog("error", () => {});
	let injections: Injections;
	let server: Server;
	let client: Client;

	beforeEach(async () => {
		const journal = await Journal.open(join(bench.folder, "other"), log);
		injections = new Injections({ journal, injector: () => Promise.reject(), boot: "", oneShot: () => false, log });
		const routes: Routes = () => (stream) => watch(injections, stream, 50);
		const credentials = await readCredentials(join(bench.folder, "tls"));
		server = new Server({ credentials, routes, log, port: 0, host: "127.0.0.1" });
		client = await bench.connect(await server.listen());
		return async () => {
			client.close();
			await server.stop();
			await journal.close();
		};
	});

	it("gives signs of life", async () => {
		const { lines } = client.watch();
		await vi.waitFor(() => expect(lines.slice(0, 3)).toEqual([{ synced: true }, "", ""]), 5000);
	});

	it("is ended when its reader lags too far behind", async () => {
		const stream = client.session.request({ ":path": "/v1/watch" });
		await once(stream, "response");
		stream.on("error", () => {}).pause();
		expect(injections.listenerCount("change")).toBe(1);
		for (let count = 0; count < 100; count++) {
			injections.emit("change", { id: "a", experiment: "e", status: "failed", message: "x".repeat(100_000) });
		}
		await vi.waitFor(() => expect(injections.listenerCount("change")).toBe(0), 5000);
	});
});

describe("the start", () => {
	it("says what is wrong with the certificates", async () => {
		const other = await Bench.create();
		other.environment["PULUMI_CHAOS_TLS_DIR"] = "/nonexistent";
		await expect(other.start()).rejects.toThrow(
			"the certificates in /nonexistent can't be used (ca.crt, tls.crt and tls.key must be there and belong together): ENOENT: no such file or directory, open '/nonexistent/ca.crt'",
		);
		await other.close();
	});

	it.each([
		["PULUMI_CHAOS_VERIFY_SECONDS", "often", 'PULUMI_CHAOS_VERIFY_SECONDS: "often" is not a number from 0.1 to 3600'],
		[
			"PULUMI_CHAOS_LOG_LEVEL",
			"loud",
			'PULUMI_CHAOS_LOG_LEVEL: "loud" is not a level; use "debug", "info", "warn" or "error"',
		],
	])("says what is wrong with %s", async (name, value, message) => {
		const other = await Bench.create();
		other.environment[name] = value;
		await expect(other.start()).rejects.toThrow(message);
		await other.close();
	});
});
