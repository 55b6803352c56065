import { once } from "node:events";
import { Agent, request as httpsRequest } from "node:https";
import { connect as connectPlain } from "node:net";
import { connect } from "node:tls";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createLog } from "../../../api/log.ts";
import type { Verdict } from "../../../controller/admission/review.ts";
import { WebhookServer } from "../../../controller/admission/server.ts";
import { createAuthority, issue } from "../../../controller/certificates.ts";
import { review } from "./review.ts";

const name = "pulumi-chaos-controller.chaos.svc";
const logged: string[] = [];
let verdict: () => Verdict = () => ({ allowed: true });
const server = new WebhookServer(
	{ "/validate": () => verdict() },
	createLog("debug", (line) => logged.push(line)),
);
let port: number;
let ca: string;

beforeAll(async () => {
	port = await server.listen(0);
	expect(server.serves).toBe(false);
	ca = await certify();
});
afterAll(() => server.close());

/** Has the server use a new certificate of a new authority, and returns that. */
async function certify(): Promise<string> {
	const authority = await createAuthority();
	server.certify({ ca: authority.cert, ...(await issue(authority, { name, usage: "server" })) });
	return authority.cert;
}

/** One call over a connection of its own; status and JSON of the answer. */
function call(body: string, { path = "/validate?timeout=5s", method = "POST" } = {}): Promise<[number, unknown]> {
	return new Promise((resolve, reject) => {
		const options = { host: "127.0.0.1", port, path, method, ca, servername: name, agent: false };
		const sent = httpsRequest(options, (response) => {
			let text = "";
			response.setEncoding("utf8").on("data", (part: string) => {
				text += part;
			});
			response.on("end", () => resolve([response.statusCode ?? 0, JSON.parse(text)]));
		});
		sent.on("error", reject);
		sent.end(body);
	});
}

const answer = (response: object) => [
	200,
	{ apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", response: { uid: "0123", ...response } },
];
const patch = [{ op: "add", path: "/spec/x", value: 1 }];

it.each<[string, Verdict, object]>([
	["what is allowed", { allowed: true }, { allowed: true }],
	["nothing to patch", { allowed: true, patch: [] }, { allowed: true }],
	[
		"a patch",
		{ allowed: true, patch },
		{ allowed: true, patchType: "JSONPatch", patch: Buffer.from(JSON.stringify(patch)).toString("base64") },
	],
	[
		"what is refused",
		{ allowed: false, code: 422, reason: "Invalid", message: "spec.x: no" },
		{ allowed: false, status: { status: "Failure", code: 422, reason: "Invalid", message: "spec.x: no" } },
	],
])("answers %s", async (_, given, response) => {
	verdict = () => given;
	expect(await call(JSON.stringify(review("NetworkChaos", {})))).toEqual(answer(response));
});

it("logs who was refused what, and why", async () => {
	verdict = () => ({ allowed: false, code: 403, reason: "Forbidden", message: "no rights" });
	await call(JSON.stringify(review("NetworkChaos", {})));
	expect(JSON.parse(logged.at(-1) ?? "")).toMatchObject({
		level: "info",
		kind: "NetworkChaos",
		namespace: "own",
		name: "x",
		user: "alice",
		code: 403,
		reason: "no rights",
	});
});

const bare = (change: (request: Record<string, unknown>) => void): string => {
	const body = review("NetworkChaos", {}) as { request: Record<string, unknown> };
	change(body.request);
	return JSON.stringify(body);
};

it.each<[string, string, string]>([
	["no JSON", "{", "the body is not JSON: Expected property name or '}' in JSON at position 1 (line 1 column 2)"],
	["another object", "{}", "the body is not an AdmissionReview of admission.k8s.io/v1"],
	["a list", "[]", "the body is not an AdmissionReview of admission.k8s.io/v1"],
	[
		"another version",
		JSON.stringify({ kind: "AdmissionReview", apiVersion: "admission.k8s.io/v1beta1" }),
		"the body is not an AdmissionReview of admission.k8s.io/v1",
	],
	["no request", JSON.stringify({ kind: "AdmissionReview", apiVersion: "admission.k8s.io/v1" }), "request is missing"],
	["no uid", bare((request) => delete request["uid"]), "request.uid is missing"],
	["no kind", bare((request) => Object.assign(request, { kind: {} })), "request.kind.kind is missing"],
	["no user", bare((request) => Object.assign(request, { userInfo: {} })), "request.userInfo.username is missing"],
	["no object", bare((request) => Object.assign(request, { object: null })), "request.object is missing"],
])("refuses a body that is %s", async (_, body, error) => {
	expect(await call(body)).toEqual([400, { error }]);
});

it.each([
	[404, { path: "/other" }, "there is nothing at /other"],
	[404, { path: "/constructor" }, "there is nothing at /constructor"],
	[405, { method: "GET" }, "only POST is served here"],
])("refuses with %i what it does not serve", async (status, options, error) => {
	expect(await call("", options)).toEqual([status, { error }]);
});

it("refuses a body that is too long, and goes on to serve", async () => {
	verdict = () => ({ allowed: true });
	const refused = call(JSON.stringify(review("NetworkChaos", { x: "x".repeat(3 << 20) })));
	expect(await refused).toEqual([413, { error: "the body is longer than 3145728 bytes" }]);
	expect(await call(JSON.stringify(review("NetworkChaos", {})))).toEqual(answer({ allowed: true }));
});

it("answers with 500 when something breaks: the API server refuses then", async () => {
	verdict = () => {
		throw new Error("broken");
	};
	expect(await call(JSON.stringify(review("NetworkChaos", {})))).toEqual([500, { error: "broken" }]);
});

it("keeps an idle connection for longer than an API server does, so that it does not end under a call", async () => {
	const agent = new Agent({ keepAlive: true });
	const options = { host: "127.0.0.1", port, path: "/", ca, servername: name, agent };
	const headers = await new Promise<Record<string, unknown>>((resolve, reject) => {
		httpsRequest(options, (response) => resolve(response.resume().headers))
			.on("error", reject)
			.end();
	});
	agent.destroy();
	const [, seconds] = /timeout=(\d+)/.exec(String(headers["keep-alive"])) ?? [];
	expect(Number(seconds)).toBeGreaterThan(90);
});

it("answers whoever comes while others hold hundreds of connections", async () => {
	const sockets = Array.from({ length: 300 }, () => connectPlain(port, "127.0.0.1"));
	const closed = sockets.map((socket) => once(socket, "close"));
	for (const socket of sockets) socket.on("error", () => undefined);
	try {
		await Promise.race(closed);
		verdict = () => ({ allowed: true });
		expect(await call(JSON.stringify(review("NetworkChaos", {})))).toEqual(answer({ allowed: true }));
	} finally {
		for (const socket of sockets) socket.destroy();
		await Promise.all(closed);
	}
});

it("speaks TLS 1.3 only, and asks for no certificate", async () => {
	const handshake = (maxVersion: "TLSv1.2" | "TLSv1.3"): Promise<string | null> =>
		new Promise((resolve, reject) => {
			const socket = connect({ host: "127.0.0.1", port, ca, servername: name, maxVersion }, () => {
				resolve(socket.getProtocol());
				socket.destroy();
			});
			socket.on("error", reject);
		});
	expect(await handshake("TLSv1.3")).toBe("TLSv1.3");
	await expect(handshake("TLSv1.2")).rejects.toThrow(/protocol version/);
});

it("shows another certificate to whoever comes from then on", async () => {
	verdict = () => ({ allowed: true });
	const before = ca;
	ca = await certify();
	expect(await call(JSON.stringify(review("NetworkChaos", {})))).toEqual(answer({ allowed: true }));
	ca = before;
	await expect(call("")).rejects.toThrow(/certificate/);
});
