import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { InjectItem } from "../../api/daemon-api.ts";
import { bundleNode } from "../../tools/build/bundles.ts";
import { Pod } from "../support/pod.ts";
import { Bench, batch } from "./bench.ts";

const rounds = 9;
let pods: Pod[];
let bench: Bench;
let program: string;

beforeAll(async () => {
	bench = await Bench.create();
	pods = await Promise.all(["a", "b", "c", "d"].map((name) => Pod.start(name)));
	program = join(bench.folder, "daemon.mjs");
	await bundleNode({ daemon: "daemon/main.ts" }, bench.folder);
});

afterAll(async () => {
	await bench?.close();
	await Promise.all(pods?.map((pod) => pod.stop()) ?? []);
});

const idOf = (index: number): string => `00000000000000${String(index).padStart(2, "0")}`;

function items(): InjectItem[] {
	return pods.map(({ target }, index) => ({
		id: idOf(index),
		experiment: "8f0b5c8e-0000-4000-8000-000000000001",
		kind: "NetworkChaos",
		target,
		instruction: { action: "partition", drops: [{ hook: "output", peers: ["10.0.0.0/8"] }, { hook: "input" }] },
		expiresInMs: 60_000,
	}));
}

/** Starts the daemon as a process of its own; resolves with its port once it serves. */
async function launch(): Promise<{ child: ChildProcess; port: number }> {
	const child = spawn(process.execPath, [program], {
		env: { ...process.env, ...bench.environment, PULUMI_CHAOS_VERIFY_SECONDS: "60" },
		stdio: ["ignore", "pipe", "inherit"],
	});
	if (!child.stdout) throw new Error("the daemon has no standard output");
	const output = createInterface({ input: child.stdout });
	for await (const line of output) {
		const { message, port } = JSON.parse(line) as { message: string; port: number };
		if (message !== "the daemon serves") continue;
		child.stdout.resume();
		return { child, port };
	}
	throw new Error("the daemon ended before it served");
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
	const ended = once(child, "exit");
	child.kill(signal);
	await ended;
}

it(`agrees with the targets after kill -9 at any moment (${rounds} times)`, { timeout: 30_000 }, async () => {
	const seen = new Set<string>();
	for (let round = 0; round < rounds; round++) {
		const first = await launch();
		const client = await bench.connect(first.port);
		const call =
			round % 3 === 2
				? batch(client, "/v1/recover", { epoch: 1, ids: items().map(({ id }) => id) })
				: batch(client, "/v1/inject", { epoch: 1, leaseMs: 60_000, items: items() });
		const outcome = call.then(
			() => "answered",
			() => "broken off",
		);
		await new Promise((resolve) => setTimeout(resolve, 10 + round * 10 * Math.random()));
		await end(first.child, "SIGKILL");
		seen.add(await outcome);
		client.close();

		const second = await launch();
		const after = await bench.connect(second.port);
		const { lines } = after.watch();
		await vi.waitFor(() => expect(lines).toContainEqual({ synced: true }), 5000);
		const injected = lines.slice(0, -1).map((line) => {
			expect(line).toMatchObject({ status: "injected" });
			return (line as { id: string }).id;
		});
		const placed = pods.flatMap((pod, index) => (pod.ruleset() === "" ? [] : [idOf(index)]));
		expect(injected.toSorted()).toEqual(placed);
		after.close();
		await end(second.child, "SIGTERM");
		expect(second.child.exitCode).toBe(0);
	}
	expect(seen).toContain("broken off");

	const last = await launch();
	const client = await bench.connect(last.port);
	const done = await batch(client, "/v1/recover", { epoch: 1, ids: items().map(({ id }) => id) });
	expect(done.map(({ status }) => status)).toEqual(pods.map(() => "recovered"));
	expect(pods.map((pod) => pod.ruleset())).toEqual(pods.map(() => ""));
	client.close();
	await end(last.child, "SIGTERM");
});
