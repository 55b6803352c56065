import { setTimeout as sleep } from "node:timers/promises";
import { Watch } from "@kubernetes/client-node";
import { type JsonObject, objectsAt, textAt } from "./json.ts";
import type { ObjectClient } from "./object-client.ts";
import { StatusError } from "./status-error.ts";
import type { GroupVersionKind } from "./token.ts";

/** Which objects are watched. */
export interface WatchScope extends GroupVersionKind {
	namespace: string;
	/** `fieldSelector` or `labelSelector`, as the API takes them. */
	query: Record<string, string>;
}

/**
 * Keeps the objects of one scope as the API server has them, by list and watch; a watch that ends is taken up again. Tells
 * after the first list and after every change.
 */
export class ObjectWatch {
	/** The objects as last seen; undefined before the first list. */
	objects: JsonObject[] | undefined;
	private readonly client: ObjectClient;
	private readonly scope: WatchScope;
	private readonly changed: () => void;
	private readonly ended = new AbortController();

	constructor(client: ObjectClient, scope: WatchScope, changed: () => void) {
		this.client = client;
		this.scope = scope;
		this.changed = changed;
	}

	/** Runs until {@link stop}, through disconnects. Rejects when the API server refuses the list. */
	async run(): Promise<void> {
		while (!this.ended.signal.aborted) {
			const started = Date.now();
			const path = await this.client.collection(this.scope, this.scope.namespace);
			const version = await this.relist(path);
			if (version !== undefined) await this.follow(path, version);
			// A server that ends watches at once must not be asked in a tight loop.
			if (Date.now() - started < 1_000) await sleep(1_000, undefined, { signal: this.ended.signal }).catch(() => {});
		}
	}

	/** Lists anew and tells. Returns the list's version, or undefined when there was no answer or the watch has ended. */
	private async relist(path: string): Promise<string | undefined> {
		const list = await this.client.list(path, this.scope.query).catch((error) => {
			if (error instanceof StatusError && error.code < 500 && error.code !== 429) throw error;
			return undefined;
		});
		if (list === undefined || this.ended.signal.aborted) return undefined;
		// Items of a list lack what all of them share.
		const { apiVersion, kind } = this.scope;
		this.objects = objectsAt(list, "items").map((item) => ({ ...item, apiVersion, kind }));
		this.changed();
		return textAt(list, "metadata", "resourceVersion");
	}

	/** Ends the watch; nothing is told afterwards. */
	stop(): void {
		this.ended.abort();
	}

	/** Follows the changes until the watch ends, for whatever reason. */
	private async follow(path: string, resourceVersion: string): Promise<void> {
		const query = { ...this.scope.query, resourceVersion, allowWatchBookmarks: "true" };
		await new Promise<void>((resolve) => {
			const watch = new Watch(this.client.config);
			const event = (type: string, object: JsonObject) => this.take(type, object);
			watch
				.watch(path, query, event, () => resolve())
				.then(
					(connection) => {
						if (this.ended.signal.aborted) connection.abort();
						else this.ended.signal.addEventListener("abort", () => connection.abort(), { once: true });
					},
					() => resolve(),
				);
		});
	}

	private take(type: string, object: JsonObject): void {
		if (this.ended.signal.aborted || !["ADDED", "MODIFIED", "DELETED"].includes(type)) return;
		const uid = textAt(object, "metadata", "uid");
		const others = (this.objects ?? []).filter((known) => textAt(known, "metadata", "uid") !== uid);
		this.objects = type === "DELETED" ? others : [...others, object];
		this.changed();
	}
}
