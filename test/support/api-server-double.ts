import { writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Experiment } from "../../api/experiment.ts";
import { apiVersion, ownGroup, version } from "../../api/names.ts";
import type { OwnProbe } from "../../api/own-probe.ts";
import { guardRailsPath } from "../../guard-rails/object.ts";
import { ApiError } from "../../provider/cluster/cluster.ts";
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
		const [, probes] = pathname.split(`/apis/${ownGroup}/${version}`);
		if (probes !== undefined) return this.probes(request, response, probes, searchParams);
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

	/** Probes: lists and watches of one by its name, and what is done with one. */
	private async probes(
		request: IncomingMessage,
		response: ServerResponse,
		scoped: string,
		searchParams: URLSearchParams,
	): Promise<void> {
		const { probes } = this.cluster;
		const [, namespace = "", name] = /^\/namespaces\/([^/]+)\/probes(?:\/([^/]+))?$/.exec(scoped) ?? [];
		const list = (items: OwnProbe[]) => send(response, { metadata: { resourceVersion: "1" }, items });
		if (scoped === "/probes") return list(await probes.labelled(searchParams.get("labelSelector") ?? ""));
		if (request.method === "POST") return send(response, await probes.create(await json(request)), 201);
		const selected = name ?? searchParams.get("fieldSelector")?.split("=")[1] ?? "";
		const place = { plural: "probes", namespace, name: selected };
		const select = () => probes.select(`${namespace}/${selected}`);
		if (name === undefined && searchParams.get("watch") === "true") return this.watch(response, select);
		if (name === undefined) return list(select());
		const found = await probes.get(place);
		if (!found) throw new ApiError(404, `probes "${name}" not found`, { kind: "probes" });
		if (request.method === "PATCH") {
			const steps = await json<{ path: string; value: unknown }[]>(request);
			const value = (path: string) => steps.find((step) => step.path === path)?.value as never;
			const metadata = { ...place, labels: value("/metadata/labels"), annotations: value("/metadata/annotations") };
			const { apiVersion: of, kind } = found;
			return send(response, await probes.change(found, { apiVersion: of, kind, metadata, spec: value("/spec") }));
		}
		if (request.method !== "DELETE") return send(response, found);
		const { preconditions } = await json<{ preconditions: { uid: string } }>(request);
		await probes.delete(place, preconditions.uid);
		send(response, { kind: "Status", status: "Success" });
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
			if (searchParams.get("watch") === "true") this.watch(response, () => this.cluster.select(query));
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

	private watch<T extends { metadata: { uid: string } }>(response: ServerResponse, select: () => T[]): void {
		response.writeHead(200, { "content-type": "application/json" }).flushHeaders();
		let known = new Map(select().map((object) => [object.metadata.uid, object]));
		const tell = (): void => {
			const now = new Map(select().map((object) => [object.metadata.uid, object]));
			for (const [uid, object] of known) if (!now.has(uid)) response.write(line("DELETED", object));
			for (const object of now.values()) response.write(line("MODIFIED", object));
			known = now;
		};
		this.cluster.changes.on("change", tell);
		response.on("close", () => this.cluster.changes.off("change", tell));
	}
}

function line(type: string, object: object): string {
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
