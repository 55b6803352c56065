import { writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Experiment } from "../../api/experiment.ts";
import { apiVersion } from "../../api/names.ts";
import { guardRailsPath } from "../../guard-rails/object.ts";
import { ApiError, type Query } from "../../provider/cluster/cluster.ts";
import { FakeCluster } from "./fake-cluster.ts";

/**
 * As much of an API server as the provider's process asks for, over plain HTTP on loopback: one kind in memory, with lists,
 * watches and preconditions. What the objects do is up to the test: see {@link ApiServerDouble.cluster}.
 */
export class ApiServerDouble {
	readonly cluster = new FakeCluster();
	private readonly server: Server;

	private constructor() {
		this.server = createServer((request, response) => {
			this.answer(request, response).catch((error: unknown) => {
				const { status, message, about } = error instanceof ApiError ? error : new ApiError(500, String(error));
				send(response, { kind: "Status", message, details: about }, status);
			});
		});
	}

	/** Listens on a free port. */
	static async start(): Promise<ApiServerDouble> {
		const double = new ApiServerDouble();
		await new Promise<void>((resolve) => double.server.listen(0, "127.0.0.1", resolve));
		return double;
	}

	/** Writes a kubeconfig with one context that leads here. The client takes plain HTTP only when it need not verify. */
	writeKubeconfig(file: string, token: string): string {
		const server = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
		const config = {
			clusters: [{ name: "double", cluster: { server, "insecure-skip-tls-verify": true } }],
			users: [{ name: "tester", user: { token } }],
			contexts: [{ name: "double", context: { cluster: "double", user: "tester" } }],
		};
		writeFileSync(file, JSON.stringify(config));
		return file;
	}

	async stop(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}

	private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const { pathname, searchParams } = new URL(request.url ?? "/", "http://double");
		if (pathname === guardRailsPath) {
			send(response, { items: await this.cluster.guardRails() });
			return;
		}
		const [, scoped] = pathname.split(`/apis/${apiVersion}`);
		if (scoped === undefined) return send(response, await this.around(pathname, searchParams));
		await this.experiments(request, response, scoped, searchParams);
	}

	/** Pods, nodes and namespaces, and no disruption budgets. */
	private async around(pathname: string, searchParams: URLSearchParams): Promise<object> {
		const { surroundings } = this.cluster;
		const [, namespace, rest] = /^\/api\/v1\/namespaces\/([^/]+)(\/pods)?$/.exec(pathname) ?? [];
		const list = (items: object[]): object => ({ metadata: { resourceVersion: "1" }, items });
		if (namespace !== undefined && rest !== undefined) {
			const labels = (searchParams.get("labelSelector") ?? "").split(",").filter((text) => text !== "");
			const labelSelectors = Object.fromEntries(labels.map((text) => text.split("=")));
			return list(await surroundings.listPods(namespace, { labelSelectors }));
		}
		if (namespace !== undefined && (await surroundings.namespaceExists(namespace))) return { kind: "Namespace" };
		if (pathname === "/api/v1/nodes") return list(await surroundings.nodes());
		if (pathname.startsWith("/apis/policy/v1/")) return list([]);
		throw new ApiError(404, "404 page not found");
	}

	private async experiments(
		request: IncomingMessage,
		response: ServerResponse,
		scoped: string,
		searchParams: URLSearchParams,
	): Promise<void> {
		const parts = scoped.split("/").filter((part) => part !== "");
		if (parts.length === 0) {
			const resources = (await this.cluster.plurals()).map((name) => ({ name, namespaced: true, verbs: ["delete"] }));
			send(response, { kind: "APIResourceList", groupVersion: apiVersion, resources });
			return;
		}
		const [namespace, plural = "", name] = parts[0] === "namespaces" ? parts.slice(1) : [undefined, parts[0]];
		if (namespace !== undefined && name !== undefined) {
			send(response, await this.one(request, { plural, namespace, name }));
		} else if (request.method === "POST") {
			send(response, await this.cluster.create(plural, await json(request)), 201);
		} else {
			const field = searchParams.get("fieldSelector")?.split("=")[1];
			const labels = searchParams.get("labelSelector");
			const query = {
				plural,
				...(namespace && { namespace }),
				...(field && { name: field }),
				...(labels && { labels }),
			};
			if (searchParams.get("watch") === "true") this.watch(response, query);
			else send(response, { metadata: { resourceVersion: "1" }, items: this.cluster.select(query) });
		}
	}

	private async one(
		request: IncomingMessage,
		place: { plural: string; namespace: string; name: string },
	): Promise<object> {
		if (request.method === "PATCH")
			return this.cluster.patch(place, (await json<Pick<Experiment, "metadata">>(request)).metadata);
		if (request.method === "DELETE") {
			const { preconditions } = await json<{ preconditions: { uid: string } }>(request);
			await this.cluster.delete(place, preconditions.uid);
			return { kind: "Status", status: "Success" };
		}
		const found = await this.cluster.get(place);
		if (!found) throw new ApiError(404, `networkchaos "${place.name}" not found`, { kind: "networkchaos" });
		return found;
	}

	private watch(response: ServerResponse, query: Query): void {
		response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
		let known = new Map(this.cluster.select(query).map((object) => [object.metadata.uid, object]));
		const tell = (): void => {
			const now = new Map(this.cluster.select(query).map((object) => [object.metadata.uid, object]));
			for (const [uid, object] of known) if (!now.has(uid)) response.write(line("DELETED", object));
			for (const object of now.values()) response.write(line("MODIFIED", object));
			known = now;
		};
		this.cluster.changes.on("change", tell);
		response.on("close", () => this.cluster.changes.off("change", tell));
	}
}

function line(type: string, object: Experiment): string {
	return `${JSON.stringify({ type, object })}\n`;
}

function send(response: ServerResponse, body: object, status = 200): void {
	response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

async function json<T>(request: IncomingMessage): Promise<T> {
	let text = "";
	for await (const chunk of request.setEncoding("utf8")) text += chunk;
	return JSON.parse(text) as T;
}
