import { type RequestOptions, request } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import { type JsonObject, objectsAt, textAt } from "./json.ts";
import { isNotFound, StatusError } from "./status-error.ts";
import type { GroupVersionKind } from "./token.ts";

/** Where the objects of a kind are in the API. */
export interface ApiResource {
	plural: string;
	namespaced: boolean;
}

/** One object by name. `namespace` is empty for "default" and for kinds without namespaces. */
export interface ObjectReference extends GroupVersionKind {
	namespace: string;
	name: string;
}

/** How an object is applied. */
export interface ApplyOptions {
	/** The field manager that owns what the object sets. */
	manager: string;
	/** Takes over fields that another manager owns, instead of being refused. */
	force: boolean;
	/** Only tells what would come out. */
	dryRun: boolean;
}

/** Objects of any kind, as the API server spells them, with the rights of one kubeconfig. */
export class ObjectClient {
	readonly config: KubeConfig;
	private readonly resources = new Map<string, ApiResource>();
	private transport: Promise<RequestOptions> | undefined;

	constructor(config: KubeConfig) {
		this.config = config;
	}

	/** What the API server says of a kind; undefined when it does not know it (yet). */
	async resource({ apiVersion, kind }: GroupVersionKind): Promise<ApiResource | undefined> {
		const known = this.resources.get(`${apiVersion} ${kind}`);
		if (known !== undefined) return known;
		const list = await this.call("GET", root(apiVersion)).catch((error) => {
			if (isNotFound(error)) return {};
			throw error;
		});
		for (const entry of objectsAt(list, "resources")) {
			const plural = textAt(entry, "name");
			if (plural.includes("/")) continue;
			const resource = { plural, namespaced: entry["namespaced"] === true };
			this.resources.set(`${apiVersion} ${textAt(entry, "kind")}`, resource);
		}
		return this.resources.get(`${apiVersion} ${kind}`);
	}

	/** The path of a kind's objects in a namespace. Rejects with {@link StatusError} 404 when the kind is unknown. */
	async collection(kind: GroupVersionKind, namespace: string): Promise<string> {
		const resource = await this.resource(kind);
		if (resource === undefined) {
			throw new StatusError(
				404,
				"NotFound",
				`the API server does not know the kind ${kind.kind} of ${kind.apiVersion}`,
			);
		}
		const scope = resource.namespaced ? `/namespaces/${encodeURIComponent(namespace || "default")}` : "";
		return `${root(kind.apiVersion)}${scope}/${resource.plural}`;
	}

	/** Reads one object. */
	async get(reference: ObjectReference): Promise<JsonObject> {
		return await this.call("GET", await this.path(reference));
	}

	/** Lists objects: the path is that of {@link collection}, `query` its selectors. */
	async list(path: string, query: Record<string, string>): Promise<JsonObject> {
		return await this.call("GET", `${path}?${new URLSearchParams(query)}`);
	}

	/** Creates or changes an object by server-side apply. A field that the kind does not have is refused. */
	async apply(object: JsonObject, { manager, force, dryRun }: ApplyOptions): Promise<JsonObject> {
		const query = new URLSearchParams({ fieldManager: manager, fieldValidation: "Strict", force: String(force) });
		if (dryRun) query.set("dryRun", "All");
		const path = await this.path(referenceOf(object));
		return await this.call("PATCH", `${path}?${query}`, object, "application/apply-patch+yaml");
	}

	/** Creates an object without keeping it: what the API server would say to it. Refuses as {@link apply} does. */
	async tryCreate(object: JsonObject, manager: string): Promise<JsonObject> {
		const query = new URLSearchParams({ fieldManager: manager, fieldValidation: "Strict", dryRun: "All" });
		const path = await this.collection(referenceOf(object), textAt(object, "metadata", "namespace"));
		return await this.call("POST", `${path}?${query}`, object);
	}

	/** Asks for an object's deletion; it is gone only when its finalizers are. */
	async delete(reference: ObjectReference, propagationPolicy: string): Promise<void> {
		await this.call("DELETE", await this.path(reference), { propagationPolicy });
	}

	private async path(reference: ObjectReference): Promise<string> {
		return `${await this.collection(reference, reference.namespace)}/${encodeURIComponent(reference.name)}`;
	}

	private async call(method: string, path: string, body?: JsonObject, type = "application/json"): Promise<JsonObject> {
		this.transport ??= transportOf(this.config);
		const options = {
			...(await this.transport),
			method,
			headers: { accept: "application/json", "content-type": type },
		};
		const server = this.config.getCurrentCluster()?.server ?? "";
		const { status, text } = await exchange(`${server.replace(/\/$/, "")}${path}`, options, body);
		if (status >= 400) throw StatusError.from(status, text);
		return JSON.parse(text) as JsonObject;
	}
}

/** The reference of an object. */
export function referenceOf(object: JsonObject): ObjectReference {
	return {
		apiVersion: textAt(object, "apiVersion"),
		kind: textAt(object, "kind"),
		namespace: textAt(object, "metadata", "namespace"),
		name: textAt(object, "metadata", "name"),
	};
}

function root(apiVersion: string): string {
	return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

async function transportOf(config: KubeConfig): Promise<RequestOptions> {
	const options: RequestOptions = {};
	await config.applyToHTTPSOptions(options);
	return options;
}

function exchange(
	url: string,
	options: RequestOptions,
	body: JsonObject | undefined,
): Promise<{ status: number; text: string }> {
	return new Promise((resolve, reject) => {
		const call = request(url, { ...options, timeout: 60_000 }, (answer) => {
			let text = "";
			answer.setEncoding("utf8").on("data", (part: string) => {
				text += part;
			});
			answer.on("error", reject);
			answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
		});
		call.on("timeout", () => call.destroy(new Error(`no answer within 60 s from ${new URL(url).origin}`)));
		call.on("error", (error) => reject(new Error(`no answer from ${new URL(url).origin}: ${error.message}`)));
		call.end(body === undefined ? undefined : JSON.stringify(body));
	});
}
