import { expect, it } from "vitest";
import { createLog } from "../../api/log.ts";
import { ApiError } from "../../controller/api-server.ts";
import { Events } from "../../controller/events.ts";
import { experiment } from "./world.ts";

/** Takes events as an API server does. */
class Sink {
	readonly posted: { path: string; body: Record<string, unknown> }[] = [];
	readonly patched: { path: string; body: unknown }[] = [];
	failure: Error | undefined;

	async post<T>(path: string, body: unknown): Promise<T> {
		if (this.failure) throw this.failure;
		this.posted.push({ path, body: body as Record<string, unknown> });
		return body as T;
	}

	async patch<T>(path: string, body: unknown): Promise<T> {
		if (this.failure) throw this.failure;
		this.patched.push({ path, body });
		return body as T;
	}
}

const applied = { type: "Normal", reason: "Applied", message: "1 target (shop/a): has it" } as const;

it("are written on the experiment, in their order", async () => {
	const sink = new Sink();
	const events = new Events(
		sink,
		createLog("error", () => undefined),
	);
	events.write(experiment(), [{ ...applied, reason: "Started" }, applied]);
	await events.flush();
	expect(sink.posted.map(({ path, body }) => [path, body["reason"]])).toEqual([
		["/api/v1/namespaces/shop/events", "Started"],
		["/api/v1/namespaces/shop/events", "Applied"],
	]);
	expect(sink.posted[1]?.body).toMatchObject({
		involvedObject: {
			apiVersion: "chaos-mesh.org/v1alpha1",
			kind: "NetworkChaos",
			namespace: "shop",
			name: "cut",
			uid: "uid-cut",
		},
		type: "Normal",
		message: "1 target (shop/a): has it",
		source: { component: "pulumi-chaos-controller" },
		count: 1,
	});
	const names = sink.posted.map(({ body }) => (body["metadata"] as { name: string }).name);
	expect(new Set(names).size).toBe(2);
	for (const name of names) expect(name).toMatch(/^cut\.[0-9a-f]+$/);
});

it("that come again are counted; made anew when they were cleared away meanwhile", async () => {
	const sink = new Sink();
	const events = new Events(
		sink,
		createLog("error", () => undefined),
	);
	for (let times = 0; times < 3; times++) events.write(experiment(), [applied]);
	await events.flush();
	expect(sink.posted).toHaveLength(1);
	expect(sink.patched.map(({ body }) => (body as { count: number }).count)).toEqual([2, 3]);

	const { patch } = sink;
	sink.patch = () => Promise.reject(new ApiError(404, "not found"));
	events.write(experiment(), [applied]);
	await events.flush();
	expect(sink.posted).toHaveLength(2);
	sink.patch = patch;
});

it("that can't be written are logged and hold up nothing", async () => {
	const sink = new Sink();
	const lines: string[] = [];
	const events = new Events(
		sink,
		createLog("debug", (line) => lines.push(line)),
	);
	sink.failure = new ApiError(403, "forbidden");
	events.write(experiment(), [applied]);
	await events.flush();
	expect(lines[0]).toContain("an event could not be written");
	sink.failure = undefined;
	events.write(experiment(), [applied]);
	await events.flush();
	expect(sink.posted).toHaveLength(1);
});

it("are cut to what the API server takes", async () => {
	const sink = new Sink();
	const events = new Events(
		sink,
		createLog("error", () => undefined),
	);
	events.write(experiment(), [{ ...applied, message: "x".repeat(5000) }]);
	await events.flush();
	expect(sink.posted[0]?.body["message"]).toHaveLength(1024);
});
