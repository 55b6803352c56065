import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { createLog } from "../../api/log.ts";
import { ApiError, type Query, type WatchEvent } from "../../controller/api-server.ts";
import { Reflector } from "../../controller/reflector.ts";
import type { KubeObject } from "../../selection/pod.ts";
import { eventually } from "../support/kubernetes.ts";

/** A collection of an API server: lists in pages of two, and watches that a test feeds and ends. */
class Collection {
	readonly lists: Query[] = [];
	readonly watches: Query[] = [];
	objects: KubeObject[] = [];
	version = 1;
	/** Thrown by the next requests, oldest first. */
	failures: Error[] = [];
	#feed: ((event: WatchEvent | Error | "end") => void) | undefined;

	async get<T>(_path: string, query: Query = {}): Promise<T> {
		this.lists.push(query);
		this.#fail();
		const from = Number(query["continue"] ?? 0);
		const items = this.objects.slice(from, from + 2);
		const next = from + 2 < this.objects.length ? String(from + 2) : undefined;
		return { metadata: { resourceVersion: String(this.version), continue: next }, items } as T;
	}

	async *watch(_path: string, query: Query, signal: AbortSignal): AsyncGenerator<WatchEvent> {
		this.watches.push(query);
		this.#fail();
		const events: (WatchEvent | Error | "end")[] = [];
		let wake = (): void => undefined;
		this.#feed = (event) => {
			events.push(event);
			wake();
		};
		signal.addEventListener("abort", () => wake());
		for (;;) {
			const event = events.shift();
			if (event === "end" || signal.aborted) return;
			if (event instanceof Error) throw event;
			if (event) yield event;
			else {
				await new Promise<void>((resolve) => {
					wake = resolve;
				});
			}
		}
	}

	send(event: WatchEvent | Error | "end"): void {
		this.#feed?.(event);
	}

	#fail(): void {
		const failure = this.failures.shift();
		if (failure) throw failure;
	}
}

const object = (name: string, resourceVersion: string, uid = name): KubeObject => ({
	metadata: { name, namespace: "n", uid, resourceVersion },
});

let reflector: Reflector<KubeObject> | undefined;
afterEach(() => reflector?.stop());

it("takes a collection that may be missing for empty, and notices when it goes", async () => {
	const collection = new Collection();
	collection.objects = [object("a", "1")];
	const logged: string[] = [];
	const log = createLog("debug", (line) => logged.push(line));
	const changes: string[] = [];
	const onChange = (after?: KubeObject, before?: KubeObject): void => {
		changes.push(`${after ? "+" : "-"}${(after ?? before)?.metadata.name}`);
	};
	reflector = new Reflector({ server: collection, path: "/things", log, maybeMissing: true, onChange });
	reflector.start();
	await eventually("the first watch", () => collection.watches.length > 0, 5);
	expect(changes).toEqual(["+a"]);
	const missing = new ApiError(404, "the server could not find the requested resource");
	collection.failures = [missing];
	collection.send(missing);
	await eventually("the end of what was there", () => changes.includes("-a"), 5);
	expect(reflector.synced).toBe(true);
	expect(collection.watches).toHaveLength(1);
});

async function start(collection: Collection, relistMs?: number): Promise<[string[], Reflector<KubeObject>, string[]]> {
	const changes: string[] = [];
	const logged: string[] = [];
	reflector = new Reflector<KubeObject>({
		server: collection,
		path: "/things",
		log: createLog("debug", (line) => logged.push(line)),
		onChange: (after, before) => {
			const { name, uid } = (after ?? before)?.metadata ?? { name: "?", uid: "?" };
			changes.push(`${after ? (before ? "~" : "+") : "-"}${name}${uid === name ? "" : `(${uid})`}`);
		},
		...(relistMs !== undefined && { relistMs }),
	});
	reflector.start();
	await eventually("the first watch", () => collection.watches.length > 0, 5);
	return [changes, reflector, logged];
}

it("lists all pages, then watches from there", async () => {
	const collection = new Collection();
	collection.objects = [object("a", "1"), object("b", "1"), object("c", "1")];
	collection.version = 7;
	const [changes, cache] = await start(collection);
	expect(changes).toEqual(["+a", "+b", "+c"]);
	expect(collection.watches).toMatchObject([{ resourceVersion: "7" }]);
	expect(cache.synced).toBe(true);

	collection.send({ type: "ADDED", object: object("d", "8") });
	collection.send({ type: "MODIFIED", object: object("a", "9") });
	collection.send({ type: "DELETED", object: object("b", "10") });
	await eventually("the changes", () => changes.length === 6, 5);
	expect(changes.slice(3)).toEqual(["+d", "~a", "-b"]);
	expect([...cache.all()].map(({ metadata }) => metadata.name)).toEqual(["a", "c", "d"]);
	expect(cache.get("n", "a")?.metadata.resourceVersion).toBe("9");
});

it("takes a watch up again where it ended or broke, bookmarks included, without listing", async () => {
	const collection = new Collection();
	const [changes] = await start(collection);
	collection.send({ type: "ADDED", object: object("a", "5") });
	collection.send({ type: "BOOKMARK", object: { metadata: { resourceVersion: "20" } } });
	collection.send("end");
	await eventually("the second watch", () => collection.watches.length === 2, 5);
	collection.send(new Error("socket hang up"));
	await eventually("the third watch", () => collection.watches.length === 3, 5);
	expect(collection.watches.map(({ resourceVersion }) => resourceVersion)).toEqual(["1", "20", "20"]);
	expect(collection.lists).toHaveLength(1);
	collection.send({ type: "MODIFIED", object: object("a", "21") });
	await eventually("the change", () => changes.includes("~a"), 5);
});

it.each([
	["an answer", (collection: Collection) => collection.failures.push(new ApiError(410, "too old"))],
	[
		"a line of the watch",
		(collection: Collection) =>
			collection.send({ type: "ERROR", object: { code: 410, message: "too old resource version" } }),
	],
])("lists anew when the server does not know the version any more: %s", async (_how, fail) => {
	const collection = new Collection();
	collection.objects = [object("a", "1"), object("b", "1")];
	const [changes] = await start(collection);
	collection.objects = [object("b", "1"), object("c", "2")];
	collection.version = 30;
	fail(collection);
	collection.send("end");
	await eventually("the new list", () => collection.lists.length === 2 && changes.length === 4, 5);
	expect(changes.slice(2)).toEqual(["+c", "-a"]);
	await eventually("the new watch", () => collection.watches.at(-1)?.["resourceVersion"] === "30", 5);
});

it("backs off while the server is away", async () => {
	const collection = new Collection();
	const [, , logged] = await start(collection);
	collection.failures = Array.from({ length: 4 }, () => new Error("connection refused"));
	const began = Date.now();
	collection.send(new Error("connection reset"));
	await eventually("five more watches", () => collection.watches.length === 6, 15);
	// 250, 500, 1000, 2000, 4000 ms, each a quarter more or less.
	expect(Date.now() - began).toBeGreaterThan(5500);
	expect(logged.filter((line) => line.includes("connection refused"))).toHaveLength(4);
});

it("notices by its periodic list what the watch has never told", async () => {
	const collection = new Collection();
	collection.objects = [object("a", "1")];
	const [changes] = await start(collection, 300);
	collection.objects = [object("b", "2")];
	await sleep(350);
	collection.send("end");
	await eventually("the new list", () => changes.length === 3, 5);
	expect(changes).toEqual(["+a", "+b", "-a"]);
	expect(collection.watches[0]?.["timeoutSeconds"]).toBe(1);
});

it("tells the end of an object that was made anew under the same name while nobody looked", async () => {
	const collection = new Collection();
	const [changes] = await start(collection);
	collection.send({ type: "ADDED", object: object("a", "5") });
	collection.send({ type: "MODIFIED", object: object("a", "6", "second") });
	await eventually("the changes", () => changes.length === 3, 5);
	expect(changes).toEqual(["+a", "-a", "+a(second)"]);
});

it("says what to do when the CRD is missing or a right is", async () => {
	const collection = new Collection();
	collection.failures = [new ApiError(404, "not found"), new ApiError(403, "forbidden")];
	const [, , logged] = await start(collection);
	expect(logged[0]).toContain("is the CustomResourceDefinition installed?");
	expect(logged[1]).toContain("docs/controller.md");
});
