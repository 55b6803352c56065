import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Status } from "../../api/status.ts";
import { root } from "../../tools/lib/paths.ts";
import { commandLine } from "../../tools/lib/procfs.ts";
import type { ApiServerDouble } from "../support/api-server-double.ts";
import { EngineStage, inject } from "../support/engine-stage.ts";
import { heavy } from "../support/heavy.ts";
import { eventually } from "../support/kubernetes.ts";
import { Stack } from "../support/stack.ts";
import { injected, said, status, target } from "../support/statuses.ts";

const marker = "planted-secret-marker";
let stage: EngineStage;
let server: ApiServerDouble;
let stack: Stack;

beforeEach(async () => {
	stage = await EngineStage.start(join(root, "examples/quickstart"), { token: marker });
	({ server, stack } = stage);
});

afterEach(() => stage.end());

const keys = (): string[] => [...server.cluster.objects.keys()];

/** Types in the state that are ours, in the order of their names. */
async function inState(): Promise<string[]> {
	return (await stack.resources())
		.map(({ type }) => type.split(":").at(-1) ?? "")
		.filter((type) => ["Scope", "NetworkChaos"].includes(type))
		.sort();
}

it("up injects, and everything is quiet until destroy recovers; no credential is left anywhere", async () => {
	const outputs = [await stack.ok("preview"), await stack.ok("up")];
	expect(await inState()).toEqual(["NetworkChaos", "Scope"]);
	expect(keys()).toEqual([expect.stringMatching(/^default\/front-without-back-[0-9a-f]{8}$/)]);
	outputs.push(await stack.ok("refresh", "--expect-no-changes"), await stack.ok("up", "--expect-no-changes"));
	const exported = await stack.exported();
	outputs.push(await stack.ok("destroy"));
	expect(keys()).toEqual([]);
	expect(await inState()).toEqual([]);
	for (const text of [exported, ...outputs.map(({ output }) => output)]) expect(text).not.toContain(marker);
	expect(exported).toContain("kubeconfig");
});

heavy("refresh says a lost fault in words, once, and up puts it back", async () => {
	await stack.ok("up");
	const key = keys()[0] ?? "";
	const lost = said("FaultLost", true, "FaultLost", "shop/front-1: the table is gone");
	server.cluster.setStatus(key, status([lost], [target("shop/front-1", { phase: "Not Injected" })]));

	const first = await stack.run("refresh", "--expect-no-changes", "--diff");
	expect(first.status).not.toBe(0);
	expect(first.output).toContain(
		`NetworkChaos "${key}" is not "Injected" but "Lost": shop/front-1: the table is gone; "pulumi up" puts it back`,
	);
	expect(first.output).toMatch(/phase +: "Injected" => "Lost"/);
	await stack.ok("refresh", "--expect-no-changes");

	await stack.ok("up");
	expect(server.cluster.objects.get(key)?.metadata.annotations).toHaveProperty(["pulumi-chaos.io/reinject"]);
	await stack.ok("up", "--expect-no-changes");
	await stack.ok("destroy");
});

heavy("refresh says an edited object, once, and up makes it anew", async () => {
	await stack.ok("up");
	const key = keys()[0] ?? "";
	const object = server.cluster.objects.get(key);
	if (!object) throw new Error("there is no object");
	const { metadata, spec } = object;
	object.spec = { ...spec, mode: "one" };

	const first = await stack.run("refresh", "--expect-no-changes", "--diff");
	expect(first.status).not.toBe(0);
	expect(first.output).toContain(
		`NetworkChaos "${key}" is not "Injected" but "Edited": somebody has edited it: mode is "one" and should be "all"; ` +
			'"pulumi up" makes it anew, as it was declared',
	);
	expect(first.output).toMatch(/phase +: "Injected" => "Edited"/);
	await stack.ok("refresh", "--expect-no-changes");
	await stack.ok("up");
	expect(server.cluster.objects.get(key)).toMatchObject({ spec });
	expect(server.cluster.objects.get(key)?.metadata.uid).not.toBe(metadata.uid);
	await stack.ok("up", "--expect-no-changes");
	await stack.ok("destroy");
});

heavy("refresh is quiet about a drift that was said, however its words go on", async () => {
	await stack.ok("up");
	const gone = (words: string): void =>
		server.cluster.setStatus(keys()[0] ?? "", status([said("TargetGone", true, "TargetGone", words)]));
	gone("shop/front-1: the pod does not exist any more");
	expect((await stack.run("refresh", "--expect-no-changes")).status).not.toBe(0);
	gone("shop/front-1 and shop/front-2: the pod does not exist any more");
	await stack.ok("refresh", "--expect-no-changes");
	await stack.ok("up");
	await stack.ok("up", "--expect-no-changes");
	await stack.ok("destroy");
});

heavy("refresh says that an experiment is gone, once, and up makes it anew", async () => {
	await stack.ok("up");
	server.cluster.letGo(keys()[0] ?? "");
	const first = await stack.ok("refresh");
	expect(first.output).toContain("somebody deleted it, and with it the fault was recovered");
	expect(first.output).toContain("1 deleted");
	await stack.ok("refresh", "--expect-no-changes");
	await stack.ok("up");
	expect(keys()).toHaveLength(1);
	await stack.ok("destroy");
});

it("up --replace takes the fault out and puts it in anew", async () => {
	await stack.ok("up");
	const urn = (await stack.resources()).find(({ type }) => type.endsWith(":NetworkChaos"))?.urn ?? "";
	const before = [...server.cluster.objects.values()].map(({ metadata }) => metadata.uid);
	await stack.ok("up", "--replace", urn);
	const after = [...server.cluster.objects.values()].map(({ metadata }) => metadata.uid);
	expect(after).toHaveLength(1);
	expect(after).not.toEqual(before);
	await stack.ok("up", "--expect-no-changes");
	await stack.ok("destroy");
});

it("a fault that can't get in place is in the state, and destroy recovers it", async () => {
	const silent = said("AllInjected", false, "NodeUnavailable", "node-1 does not answer");
	server.cluster.reconcile = (experiment) => {
		experiment.status = status([said("Unrecoverable", true, "RecoverFailed", "node-1 does not answer"), silent]);
	};
	const { status: ended, output } = await stack.run("up");
	expect(ended).not.toBe(0);
	expect(output).toContain(
		`NetworkChaos "${keys()[0]}" is not injected: node-1 does not answer. It stays in the state`,
	);
	expect(await inState()).toEqual(["NetworkChaos", "Scope"]);
	await stack.ok("destroy");
	expect(keys()).toEqual([]);
});

it("destroy recovers what the state knows nothing of", async () => {
	await stack.ok("up");
	const [known] = server.cluster.objects.values();
	const labels = known?.metadata.labels ?? {};
	server.cluster.add({ apiVersion: "", kind: "NetworkChaos", metadata: { name: "unknown", labels }, spec: {} });
	server.cluster.add({ apiVersion: "", kind: "NetworkChaos", metadata: { name: "foreign" }, spec: {} });
	await stack.ok("destroy");
	expect(keys()).toEqual(["default/foreign"]);
});

heavy("two stacks of one program never meet", async () => {
	await stack.ok("up");
	const kubeconfig = join(stage.folder, "kubeconfig");
	const other = await Stack.create(stack.program, "prod", { "pulumi-chaos:kubeconfig": kubeconfig });
	try {
		await other.ok("up");
		expect(keys()).toHaveLength(2);
		await stack.ok("destroy");
		expect(keys()).toHaveLength(1);
		await other.ok("refresh", "--expect-no-changes");
		await other.ok("destroy");
		expect(keys()).toEqual([]);
	} finally {
		other.dispose();
	}
});

it("a fault whose time is over is no drift", async () => {
	await stack.ok("up");
	const over = status([said("Expired", true, "Expired")], [target("shop/front-1", { phase: "Not Injected" })]);
	server.cluster.setStatus(keys()[0] ?? "", over);
	await stack.ok("refresh", "--expect-no-changes");
	await stack.ok("up", "--expect-no-changes");
	await stack.ok("destroy");
});

heavy("refresh says once that a probe has ended a fault, and up does not put it back", async () => {
	await stack.ok("up");
	const key = keys()[0] ?? "";
	const conditions = [
		said("AllInjected", false, "Aborted"),
		said("AllRecovered", true, "Recovered"),
		said("Aborted", true, "ProbeFailed", 'probe "front" has failed'),
	];
	const clean = status(conditions, [target("shop/front-1", { phase: "Not Injected" })]);
	const failed = { outcome: "Failed" as const, passed: 1, failed: 1, failedInRow: 1 };
	const aborted: Status = { ...clean, verdict: "aborted", probes: [{ name: "front", samples: [], during: failed }] };
	server.cluster.setStatus(key, aborted);
	const { uid } = server.cluster.objects.get(key)?.metadata ?? {};

	const first = await stack.run("refresh", "--expect-no-changes", "--diff");
	expect(first.status).not.toBe(0);
	expect(first.output).toContain(
		`NetworkChaos "${key}" is not "Injected" but "Aborted": probe "front" has failed; it stays`,
	);
	await stack.ok("refresh", "--expect-no-changes");
	await stack.ok("up", "--expect-no-changes");
	expect(server.cluster.objects.get(key)?.metadata.uid).toBe(uid);
	expect(server.cluster.objects.get(key)?.status).toEqual(aborted);
	const seen = (await stack.resources()).find(({ type }) => type.endsWith(":NetworkChaos"));
	expect(seen?.outputs).toMatchObject({ phase: "Aborted", verdict: "aborted", probes: { front: "during failed" } });
	await stack.ok("destroy");
});

describe("an up that is cut off", () => {
	/** The engine's language host notices the death of a CLI only after minutes; that is its own affair. */
	const providers = (): number[] =>
		stack.processes().filter((pid) => commandLine(pid).some((argument) => argument.includes("dynamic-provider")));

	it.each(["second Ctrl-C", "kill -9"])("by %s takes its experiment back and leaves no provider", async (how) => {
		server.cluster.reconcile = () => {};
		const run = stack.start("up");
		await eventually("the experiment is made", () => keys().length === 1);
		const group = -(run.child.pid ?? 0);
		if (how === "kill -9") run.child.kill("SIGKILL");
		else {
			process.kill(group, "SIGINT");
			await new Promise((resolve) => setTimeout(resolve, 500));
			process.kill(group, "SIGINT");
		}
		await run.ended;
		await eventually("the experiment is taken back", () => keys().length === 0, 20);
		await eventually("no provider is left", () => providers().length === 0, 20);

		server.cluster.reconcile = inject;
		await stack.cancel();
		await stack.ok("up");
		expect(keys()).toHaveLength(1);
		await stack.ok("destroy");
		expect(keys()).toEqual([]);
	});

	it("by the first Ctrl-C ends it in the state", async () => {
		server.cluster.reconcile = () => {};
		const run = stack.start("up");
		await eventually("the experiment is made", () => keys().length === 1);
		process.kill(-(run.child.pid ?? 0), "SIGINT");
		const [key = ""] = keys();
		const object = server.cluster.objects.get(key);
		if (object) server.cluster.setStatus(key, injected(object) ?? status([]));
		await run.ended;
		expect(await inState()).toEqual(["NetworkChaos", "Scope"]);
		await stack.ok("destroy");
		expect(keys()).toEqual([]);
	});
});
