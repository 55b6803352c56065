import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../api/log.ts";
import type { KubeObject } from "../selection/pod.ts";
import { type ApiServer, isStatus, orNothing, type Query, type WatchEvent } from "./api-server.ts";
import { backoff } from "./backoff.ts";

/** Objects a page of a list. */
const pageSize = 500;
/** The server ends a watch after this long; we take it up again where it ended. */
const watchSeconds = 300;
/** Whether a collection that is not there has come is looked at this often. */
const missingMs = 10_000;

/** What a reflector needs. */
export interface ReflectorOptions<T extends KubeObject> {
	server: Pick<ApiServer, "get" | "watch">;
	/** Path of the collection: `/api/v1/pods`. */
	path: string;
	log: Log;
	/** Cuts an object down to what is kept; default: all of it. */
	keep?: (object: T) => T;
	/** Called after the cache has changed: `after` is undefined for an object that is gone, `before` for a new one. */
	onChange: (after: T | undefined, before: T | undefined) => void;
	/** There may be no such collection, which is as good as an empty one. */
	maybeMissing?: boolean;
	/** Every so often (ms) all is listed anew, in case a change was missed; default 10 minutes. */
	relistMs?: number;
}

interface List<T> {
	metadata: { resourceVersion?: string; continue?: string };
	items: T[];
}

/**
 * A cache of a collection: list, then watch from there; again for ever. A broken, silent or ended watch is taken up at the last
 * version seen; a version that the server does not know any more (410) leads to a new list; all with back-off.
 */
export class Reflector<T extends KubeObject> {
	readonly #options: ReflectorOptions<T>;
	readonly #objects = new Map<string, T>();
	readonly #stop = new AbortController();
	/** Where the next watch starts; undefined: list first. */
	#version: string | undefined;
	#listedAt = 0;
	#synced = false;
	#onSynced: () => void = () => undefined;
	#failures = 0;
	#loop: Promise<void> | undefined;

	constructor(options: ReflectorOptions<T>) {
		this.#options = options;
	}

	/** Whether the cache has held the whole collection once. */
	get synced(): boolean {
		return this.#synced;
	}

	/** How many objects the cache holds. */
	get size(): number {
		return this.#objects.size;
	}

	/** The object as last seen. */
	get(namespace: string, name: string): T | undefined {
		return this.#objects.get(`${namespace}/${name}`);
	}

	/** All objects as last seen. */
	all(): IterableIterator<T> {
		return this.#objects.values();
	}

	/**
	 * Begins to list and watch.
	 *
	 * @param onSynced - called once, when the cache holds the whole collection for the first time
	 */
	start(onSynced: () => void = () => undefined): void {
		this.#onSynced = onSynced;
		this.#loop ??= this.#run();
	}

	/** Ends the watch. */
	async stop(): Promise<void> {
		this.#stop.abort();
		await this.#loop;
	}

	async #run(): Promise<void> {
		const { signal } = this.#stop;
		while (!signal.aborted) {
			try {
				const stale = Date.now() - this.#listedAt >= (this.#options.relistMs ?? 600_000);
				if (this.#version === undefined || stale) await this.#list();
				// No version after a list: there is no such collection (yet).
				if (this.#version === undefined) await this.#pause(missingMs);
				else await this.#watch();
			} catch (error) {
				if (signal.aborted) return;
				await this.#failed(error);
			}
		}
	}

	async #failed(error: unknown): Promise<void> {
		const { log, path, maybeMissing } = this.#options;
		if (isStatus(error, 410)) log.info("the watch is too far behind; listing anew", { path });
		if (isStatus(error, 410) || (maybeMissing && isStatus(error, 404))) this.#version = undefined;
		this.#failures++;
		const wait = Math.round(backoff(this.#failures, 250, 30_000));
		const hint = isStatus(error, 404)
			? "; is the CustomResourceDefinition installed?"
			: isStatus(error, 403)
				? "; the role of the controller's service account lacks a right (docs/controller.md lists them)"
				: "";
		log.warn(`watching failed${hint}`, { path, error, retryMs: wait });
		await this.#pause(wait);
	}

	async #pause(milliseconds: number): Promise<void> {
		await sleep(milliseconds, undefined, { signal: this.#stop.signal }).catch(() => undefined);
	}

	async #list(): Promise<void> {
		const seen = new Set<string>();
		let next: string | undefined;
		do {
			const page = await this.#page({ limit: pageSize, continue: next });
			for (const object of page.items) seen.add(this.#put(object));
			next = page.metadata.continue || undefined;
			if (!next) this.#version = page.metadata.resourceVersion;
		} while (next);
		for (const key of this.#objects.keys()) if (!seen.has(key)) this.#delete(key);
		this.#listedAt = Date.now();
		this.#failures = 0;
		if (this.#synced) return;
		this.#synced = true;
		this.#onSynced();
	}

	async #page(query: Query): Promise<List<T>> {
		const { server, path, maybeMissing } = this.#options;
		const page = server.get<List<T>>(path, query);
		if (!maybeMissing) return page;
		return (await orNothing(page)) ?? { metadata: {}, items: [] };
	}

	async #watch(): Promise<void> {
		const { server, path } = this.#options;
		const relist = this.#listedAt + (this.#options.relistMs ?? 600_000) - Date.now();
		const timeoutSeconds = Math.max(1, Math.ceil(Math.min(watchSeconds * 1000, relist) / 1000));
		const query = { resourceVersion: this.#version, timeoutSeconds };
		const began = Date.now();
		for await (const event of server.watch(path, query, this.#stop.signal)) {
			this.#take(event);
			this.#failures = 0;
		}
		// A server (or something in between) that ends every watch at once must not be asked in a tight loop.
		if (Date.now() - began < 1000) await this.#pause(250);
	}

	#take({ type, object }: WatchEvent): void {
		if (type === "ERROR") {
			const status = object as { code?: number; message?: string };
			// Whatever the server can't go on with, a new list puts right.
			this.#version = undefined;
			throw new Error(`the server ended the watch: ${status.message ?? JSON.stringify(object)}`);
		}
		const changed = object as T;
		if (type === "DELETED") this.#delete(keyOf(changed));
		else if (type !== "BOOKMARK") this.#put(changed);
		this.#version = changed.metadata.resourceVersion;
	}

	#put(object: T): string {
		const key = keyOf(object);
		const before = this.#objects.get(key);
		if (before?.metadata.resourceVersion === object.metadata.resourceVersion) return key;
		const kept = this.#options.keep?.(object) ?? object;
		this.#objects.set(key, kept);
		// Deleted and made anew between two looks: the old one's end must be told, or what hangs on its uid stays.
		if (before && before.metadata.uid !== kept.metadata.uid) {
			this.#options.onChange(undefined, before);
			this.#options.onChange(kept, undefined);
		} else this.#options.onChange(kept, before);
		return key;
	}

	#delete(key: string): void {
		const before = this.#objects.get(key);
		this.#objects.delete(key);
		if (before) this.#options.onChange(undefined, before);
	}
}

function keyOf({ metadata }: KubeObject): string {
	return `${metadata.namespace ?? ""}/${metadata.name}`;
}
