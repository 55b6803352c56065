import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Probe } from "../../api/probe.ts";
import { kubeconfigPath } from "../../tools/cluster/cluster.ts";
import { root } from "../../tools/lib/paths.ts";
import { clients, eventually, networkChaos } from "../support/kubernetes.ts";
import { blocked, nothingBetween } from "../support/pairs.ts";
import { measure, partition, sampleNamespace } from "../support/sample.ts";
import { Stack } from "../support/stack.ts";
import { tablesLeft } from "../support/tables.ts";

const name = "probed";
const cut = nothingBetween("front", "back");

/** Whether the application answers as a whole: front asks back, and back asks store. */
const front: Probe = {
	name: "front-answers",
	type: "http",
	http: { url: `http://front.${sampleNamespace}:8080/` },
	interval: "5s",
	timeout: "3s",
};

async function inject(...probes: Probe[]): Promise<void> {
	await networkChaos.create(sampleNamespace, name, { ...partition("front", "back"), duration: "2m", probes });
}

async function status() {
	return (await networkChaos.read(sampleNamespace, name))?.status;
}

async function verdict(seconds = 60): Promise<string> {
	return eventually("there is a verdict", async () => (await status())?.verdict, seconds);
}

afterEach(async () => {
	if (await networkChaos.read(sampleNamespace, name)) await networkChaos.delete(sampleNamespace, name);
	expect(tablesLeft()).toEqual([]);
	expect(blocked(await measure())).toEqual({});
});

describe("a probe during the fault", () => {
	it("that fails stops the fault within three intervals, and nobody puts it back", async () => {
		await inject({ ...front, when: ["before", "during"] });
		await networkChaos.condition(sampleNamespace, name, "AllInjected", "True");
		const injected = performance.now();
		await eventually("no pod has rules of the fault", () => tablesLeft().length === 0, 30);
		expect(performance.now() - injected).toBeLessThan(3 * 5000);
		expect(blocked(await measure())).toEqual({});
		await networkChaos.condition(sampleNamespace, name, "Aborted", "True");
		expect(await verdict()).toBe("aborted");
		const { probes = [], conditions = [] } = (await status()) ?? {};
		expect(probes[0]).toMatchObject({ before: { outcome: "Passed" }, during: { outcome: "Failed", failedInRow: 1 } });
		expect(conditions.find(({ type }) => type === "Aborted")?.message).toMatch(
			/^probe "front-answers" has failed while the fault was in place: /,
		);
		const events = await clients().core.listNamespacedEvent({
			namespace: sampleNamespace,
			fieldSelector: `involvedObject.name=${name}`,
		});
		const reasons = events.items.map(({ reason }) => reason);
		expect(reasons).toEqual(expect.arrayContaining(["ProbeFailed", "Aborted", "Verdict", "Recovered"]));
		await new Promise((resolve) => setTimeout(resolve, 6000));
		expect(tablesLeft()).toEqual([]);
	});

	it("that fails stops the fault though Pulumi was killed as soon as that was in place", async () => {
		const folder = join(root, "examples", "guarded-partition");
		const stack = await Stack.create(folder, "killed", { "pulumi-chaos:kubeconfig": kubeconfigPath() });
		try {
			const up = stack.start("up");
			await eventually("the fault is in place", () => tablesLeft().length > 0);
			process.kill(-(up.child.pid ?? 0), "SIGKILL");
			expect((await up.ended).status).not.toBe(0);
			await eventually("no pod has rules of the fault", () => tablesLeft().length === 0, 30);
			await eventually("the verdict is said", async () => (await networkChaos.all())[0]?.status?.verdict === "aborted");
			await stack.cancel();
		} finally {
			await stack.ok("destroy");
			stack.dispose();
		}
		expect(await networkChaos.all()).toEqual([]);
	});

	it("that passes leaves the fault in place", async () => {
		const store: Probe = { ...front, name: "store-answers", http: { url: `http://store.${sampleNamespace}:8080/` } };
		await inject({ ...store, interval: "1s" });
		await networkChaos.condition(sampleNamespace, name, "AllInjected", "True");
		await new Promise((resolve) => setTimeout(resolve, 5000));
		expect(blocked(await measure())).toEqual(cut);
		expect(await status()).not.toHaveProperty("verdict");
	});
});

describe("a probe before the fault", () => {
	it("that fails lets nothing be injected", async () => {
		await inject({ ...front, http: { url: `http://front.${sampleNamespace}:8080/nothing` } });
		expect(await verdict()).toBe("inconclusive");
		expect(tablesLeft()).toEqual([]);
		const { conditions = [], probes = [] } = (await status()) ?? {};
		expect(conditions.find(({ type }) => type === "AllInjected")?.message).toMatch(/status 404, not 200-299$/);
		expect(probes[0]?.samples).toHaveLength(1);
	});

	it("can't be sent to the metadata of a cloud, nor to the controllers and daemons", async () => {
		const { items } = await clients().core.listPodForAllNamespaces({
			labelSelector: "pulumi-chaos.io/component=controller",
		});
		const address = items[0]?.status?.podIP ?? "";
		expect(address).not.toBe("");
		const to = (url: string, of: string): Probe => ({ ...front, name: of, http: { url }, when: ["before"] });
		await inject(
			to("http://169.254.169.254/latest/meta-data/", "metadata"),
			to(`http://${address}:8080/metrics`, "controller"),
			to("http://127.0.0.1:8080/metrics", "itself"),
		);
		expect(await verdict()).toBe("error");
		const { probes = [] } = await eventually("all were asked", async () => {
			const now = await status();
			return now?.probes?.length === 3 ? now : undefined;
		});
		for (const { samples } of probes) expect(samples[0]?.message).toContain("where no probe may go");
	});
});

describe("every type of probe", () => {
	it("passes where all is well", async () => {
		const when: Probe["when"] = ["before"];
		const where = { apiVersion: "apps/v1", kind: "Deployment", name: "front" };
		const node = (await clients().core.listNode()).items[0]?.metadata?.name ?? "";
		await inject(
			{ ...front, when },
			{ name: "tcp", type: "tcp", tcp: { host: `store.${sampleNamespace}.svc`, port: 8080 }, when },
			{ name: "there", type: "object", object: { ...where, condition: "Available" }, when },
			{
				name: "ready",
				type: "object",
				object: { ...where, field: "status.readyReplicas", criteria: { atLeast: "1" } },
				when,
			},
			{
				name: "node",
				type: "object",
				object: { apiVersion: "v1", kind: "Node", name: node, condition: "Ready" },
				when,
			},
			{
				name: "command",
				type: "command",
				command: {
					labelSelectors: { app: "front" },
					command: ["sh", "-c", 'echo "$ROLE"; exit 3'],
					exitCode: 3,
					criteria: { equals: "front" },
				},
				timeout: "20s",
				when,
			},
		);
		await networkChaos.condition(sampleNamespace, name, "AllInjected", "True");
		const { probes = [] } = (await status()) ?? {};
		expect(probes.map((probe) => [probe.name, probe.before?.outcome])).toEqual(
			["front-answers", "tcp", "there", "ready", "node", "command"].map((each) => [each, "Passed"]),
		);
	});
});
