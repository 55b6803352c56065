import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import * as grpc from "@grpc/grpc-js";
import { afterEach, describe, expect, it } from "vitest";
import type { Probe } from "../../../api/probe.ts";
import { ApiError } from "../../../controller/api-server.ts";
import { createAuthority, issue } from "../../../controller/certificates.ts";
import type { PodCommand, PodOutput } from "../../../controller/exec.ts";
import { askThrough } from "../../../controller/probes/ask.ts";
import type { Answer } from "../../../controller/probes/looker.ts";
import { resourcesOf } from "../../../controller/probes/resources.ts";
import { pod } from "../pods.ts";
import { experiment } from "../world.ts";

const closing: (() => void)[] = [];
afterEach(() => {
	for (const close of closing.splice(0)) close();
});

const objects: Record<string, object | number> = {
	"/apis/apps/v1": {
		resources: [
			{ name: "deployments/status", kind: "Deployment", namespaced: true },
			{ name: "deployments", kind: "Deployment", namespaced: true },
		],
	},
	"/api/v1": { resources: [{ name: "nodes", kind: "Node", namespaced: false }] },
	"/apis/apps/v1/namespaces/shop/deployments/web": {
		metadata: { labels: { "a.b/c": "x" } },
		status: { readyReplicas: 2, conditions: [{ type: "Available", status: "False" }] },
	},
	"/apis/apps/v1/namespaces/other/deployments/web": 403,
	"/api/v1/nodes/node-1": { status: { conditions: [{ type: "Ready", status: "True" }] } },
};
const server = {
	get: async <T>(path: string): Promise<T> => {
		const found = objects[path] ?? 404;
		if (typeof found === "number") throw new ApiError(found, `GET ${path}`);
		return found as T;
	},
};

const ran: PodCommand[] = [];
let output: PodOutput = { code: 0, stdout: "", stderr: "" };
const pods = new Map(
	[pod("b"), pod("a"), pod("c", { status: { phase: "Pending" } })].map((one) => [one.metadata.name, one]),
);
const ask = askThrough({
	// The servers of these tests are where no probe may go.
	reach:
		async () =>
		(_name, { all }, done) =>
			all ? done(null, [{ address: "127.0.0.1", family: 4 }]) : done(null, "127.0.0.1", 4),
	server,
	findResource: resourcesOf(server),
	pods: { get: (namespace, name) => (namespace === "shop" ? pods.get(name) : undefined), all: () => pods.values() },
	exec: async (call) => {
		ran.push(call);
		return output;
	},
});

/** How a look comes out; what is thrown is an error. */
async function answer(probe: Omit<Probe, "name">): Promise<Answer> {
	try {
		return await ask({ name: "it", ...probe }, experiment(), AbortSignal.timeout(5000));
	} catch (error) {
		return { outcome: "error", message: (error as Error).message };
	}
}

async function listening(one: Server | ReturnType<typeof createTcpServer>): Promise<number> {
	one.listen(0, "127.0.0.1");
	await once(one, "listening");
	closing.push(() => one.close());
	return (one.address() as AddressInfo).port;
}

const passed = { outcome: "passed" };
const failed = (message: string) => ({ outcome: "failed", message: expect.stringContaining(message) });
const error = (message: string) => ({ outcome: "error", message: expect.stringContaining(message) });

describe("http", () => {
	it("sends what it is told to, and looks at status and body", async () => {
		const seen: unknown[] = [];
		const port = await listening(
			createServer(async (request, response) => {
				let body = "";
				for await (const part of request) body += String(part);
				seen.push([request.method, request.url, request.headers.host, request.headers["x-a"], body]);
				response.writeHead(request.url === "/moved" ? 302 : 200, { location: "/" }).end("all is well");
			}),
		);
		const http = { url: `http://front.shop:${port}/health?a=b` };
		expect(await answer({ type: "http", http })).toEqual(passed);
		const more = { ...http, method: "POST" as const, headers: { "x-a": ["1", "2"] }, body: "hello" };
		const criteria = { statusCode: "200", body: { contains: "well" } };
		expect(await answer({ type: "http", http: { ...more, criteria } })).toEqual(passed);
		expect(seen).toEqual([
			["GET", "/health?a=b", `front.shop:${port}`, undefined, ""],
			["POST", "/health?a=b", `front.shop:${port}`, "1, 2", "hello"],
		]);
		expect(await answer({ type: "http", http: { ...http, criteria: { statusCode: "500-599" } } })).toEqual(
			failed("status 200, not 500-599"),
		);
		expect(await answer({ type: "http", http: { url: `http://front.shop:${port}/moved` } })).toEqual(
			failed("status 302, not 200-299"),
		);
		const secret = await answer({ type: "http", http: { ...http, criteria: { body: { contains: "ill" } } } });
		expect(secret).toEqual({ outcome: "failed", message: 'the body does not contain "ill"' });
	});

	it("believes only certificates of public authorities, unless it is told not to look", async () => {
		const authority = await createAuthority();
		const { cert, key } = await issue(authority, { name: "front.shop", usage: "server" });
		const port = await listening(createSecureServer({ cert, key }, (_request, response) => response.end("ok")));
		const http = { url: `https://front.shop:${port}/` };
		expect(await answer({ type: "http", http })).toEqual(failed("certificate"));
		expect(await answer({ type: "http", http: { ...http, insecureSkipVerify: true } })).toEqual(passed);
	});

	it("reads the beginning of an answer without end", async () => {
		const port = await listening(
			createServer((_request, response) => {
				const write = (): void => {
					while (response.write("x".repeat(10_000)));
				};
				response.on("drain", write);
				write();
			}),
		);
		const criteria = { body: { contains: "x" } };
		expect(await answer({ type: "http", http: { url: `http://front.shop:${port}/`, criteria } })).toEqual(passed);
	});

	it("fails where nobody listens, and is an error when it can't be sent", async () => {
		const http = { url: "http://front.shop:1/" };
		expect(await answer({ type: "http", http })).toEqual(failed("ECONNREFUSED"));
		expect(await answer({ type: "http", http: { ...http, headers: { "a b": ["c"] } } })).toEqual(error("a b"));
	});
});

describe("tcp", () => {
	it("passes when a connection comes about", async () => {
		const port = await listening(createTcpServer((socket) => socket.end()));
		expect(await answer({ type: "tcp", tcp: { host: "db.shop", port } })).toEqual(passed);
		expect(await answer({ type: "tcp", tcp: { host: "db.shop", port: 1 } })).toEqual(failed("ECONNREFUSED"));
	});
});

describe("grpc", () => {
	/** A server of the health protocol, by the library that everybody uses. */
	async function healthServer(standings: Record<string, number>): Promise<number> {
		const health = new grpc.Server();
		const check = {
			path: "/grpc.health.v1.Health/Check",
			requestStream: false,
			responseStream: false,
			requestSerialize: ({ name }: { name: string }) => Buffer.from(name),
			requestDeserialize: (data: Buffer) => ({ name: data.subarray(data.length > 129 ? 3 : 2).toString() }),
			responseSerialize: (standing: number) => Buffer.from(standing === 0 ? [] : [8, standing]),
			responseDeserialize: (data: Buffer) => data[1] ?? 0,
		};
		health.addService(
			{ check },
			{
				check: ((call, done) => {
					const standing = standings[call.request.name];
					if (standing === undefined) done({ code: grpc.status.NOT_FOUND, details: "unknown service" });
					else done(null, standing);
				}) as grpc.handleUnaryCall<{ name: string }, number>,
			},
		);
		const port = await new Promise<number>((resolve, reject) =>
			health.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (problem, bound) =>
				problem ? reject(problem) : resolve(bound),
			),
		);
		closing.push(() => health.forceShutdown());
		return port;
	}

	it("passes when the server says that it serves", async () => {
		const long = `shop.${"x".repeat(200)}`;
		const port = await healthServer({ "": 1, "shop.Api": 2, [long]: 1, "shop.New": 0 });
		const to = (service?: string): Promise<Answer> =>
			answer({ type: "grpc", grpc: { host: "api.shop", port, ...(service && { service }) } });
		expect(await to()).toEqual(passed);
		expect(await to(long)).toEqual(passed);
		expect(await to("shop.Api")).toEqual(failed("it answers NOT_SERVING, not SERVING"));
		expect(await to("shop.New")).toEqual(failed("it answers UNKNOWN, not SERVING"));
		expect(await to("shop.Other")).toEqual(failed("it answers with the status NOT_FOUND of gRPC"));
	});

	it("fails where nobody listens, and where something else does", async () => {
		expect(await answer({ type: "grpc", grpc: { host: "api.shop", port: 1 } })).toEqual(failed("ECONNREFUSED"));
		const port = await listening(createServer((_request, response) => response.end("hello")));
		expect((await answer({ type: "grpc", grpc: { host: "api.shop", port } })).outcome).toBe("failed");
	});
});

describe("prometheus", () => {
	/** A Prometheus that gives one answer. */
	async function prometheus(data: object | string, query = "up"): Promise<Answer> {
		const port = await listening(
			createServer((request, response) => {
				const url = new URL(request.url ?? "", "http://a");
				const right = url.pathname === "/prom/api/v1/query" && url.searchParams.get("query") === query;
				response.end(right ? JSON.stringify(data) : "{}");
			}),
		);
		const url = `http://prometheus.monitoring:${port}/prom/`;
		return answer({ type: "prometheus", prometheus: { url, query, criteria: { lessThan: "0.05" } } });
	}
	const vector = (...values: string[]) => ({
		data: { resultType: "vector", result: values.map((value) => ({ metric: {}, value: [1, value] })) },
	});

	it("compares one number", async () => {
		expect(await prometheus(vector("0.01"), 'sum(rate(errors{app="a"}[1m]))')).toEqual(passed);
		expect(await prometheus({ data: { resultType: "scalar", result: [1, "0.02"] } })).toEqual(passed);
		expect(await prometheus(vector("0.07"))).toEqual(failed('the number ("0.07") is not less than "0.05"'));
		expect(await prometheus(vector("NaN"))).toEqual(failed('("NaN") is not less than'));
	});

	it("is an error when there is no number: that says nothing of the system", async () => {
		expect(await prometheus(vector())).toEqual(error("comes to 0 numbers"));
		expect(await prometheus(vector("1", "2"))).toEqual(error("comes to 2 numbers"));
		expect(await prometheus({ data: { resultType: "matrix", result: [] } })).toEqual(error("comes to a matrix"));
		expect(await prometheus({ data: { resultType: "a secret", result: [] } })).toEqual(
			error("that Prometheus does not have"),
		);
		expect(await prometheus(vector("a secret"))).toEqual(error("something else than a number; is it Prometheus?"));
		expect(await prometheus("hello")).toEqual(error("is no Prometheus"));
		const nobody = { url: "http://prometheus:1", query: "up", criteria: { equals: "1" } };
		expect(await answer({ type: "prometheus", prometheus: nobody })).toEqual(error("Prometheus does not answer"));
	});
});

describe("object", () => {
	const web = (fields: object, kind = "Deployment", apiVersion = "apps/v1"): Promise<Answer> =>
		answer({ type: "object", object: { apiVersion, kind, name: "web", ...fields } });

	it("reads a field or a condition", async () => {
		expect(await web({})).toEqual(passed);
		expect(await web({ field: "status.readyReplicas", criteria: { atLeast: "2" } })).toEqual(passed);
		expect(await web({ field: 'metadata.labels["a.b/c"]', criteria: { equals: "x" } })).toEqual(passed);
		expect(await web({ field: "status.conditions[0].type", criteria: { equals: "Available" } })).toEqual(passed);
		expect(await web({ name: "node-1", condition: "Ready" }, "Node", "v1")).toEqual(passed);
		expect(await web({ field: "status.readyReplicas", criteria: { atLeast: "3" } })).toEqual(
			failed('the field status.readyReplicas ("2") is not at least "3"'),
		);
		expect(await web({ condition: "Available" })).toEqual(failed('the condition Available ("False") does not equal'));
		expect(await web({ condition: "Progressing" })).toEqual(failed("the condition Progressing is not there"));
		expect(await web({ field: "status.constructor" })).toEqual(failed("the field status.constructor is not there"));
		expect(await web({ name: "gone" })).toEqual(failed('there is no Deployment "gone"'));
	});

	it("is an error where the controller has no rights, or the cluster no such kind", async () => {
		expect(await web({ namespace: "other" })).toEqual(
			error("may not read deployments.apps; add it to controller.probes.objects"),
		);
		expect(await web({}, "Deploymint")).toEqual(error("the cluster has no kind Deploymint of apps/v1"));
		expect(await web({}, "Widget", "example.com/v1")).toEqual(error("no kind Widget of example.com/v1"));
	});
});

describe("command", () => {
	const run = (fields: object): Promise<Answer> =>
		answer({ type: "command", command: { command: ["pg_isready", "-q"], pod: "a", ...fields } });

	it("runs in the pod by name, or in the first running one by labels", async () => {
		output = { code: 0, stdout: " 3 \n", stderr: "" };
		ran.length = 0;
		expect(await run({ criteria: { equals: "3" } })).toEqual(passed);
		expect(await answer({ type: "command", command: { labelSelectors: { app: "web" }, command: ["true"] } })).toEqual(
			passed,
		);
		expect(ran).toEqual([
			{ namespace: "shop", pod: "a", container: "main", command: ["pg_isready", "-q"] },
			{ namespace: "shop", pod: "a", container: "main", command: ["true"] },
		]);
	});

	it("fails by its exit code, by what it prints, and without a pod that runs", async () => {
		output = { code: 2, stdout: "", stderr: "no response\n" };
		expect(await run({})).toEqual(failed('"pg_isready" ended with 2, not 0: "no response"'));
		expect(await run({ exitCode: 2 })).toEqual(passed);
		output = { code: 0, stdout: "5", stderr: "" };
		expect(await run({ criteria: { lessThan: "5" } })).toEqual(failed('what it prints ("5") is not less than "5"'));
		expect(await run({ pod: "c" })).toEqual(failed("there is no pod shop/c that runs"));
		expect(await run({ namespace: "other" })).toEqual(failed("there is no pod other/a that runs"));
		expect(await run({ container: "proxy" })).toEqual(error('pod a has no container "proxy"'));
	});
});
