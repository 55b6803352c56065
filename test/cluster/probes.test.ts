import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { Probe } from "../../api/probe.ts";
import { usualLifetimes } from "../../controller/certificates.ts";
import type { Lease } from "../../controller/lease.ts";
import { eventually } from "../support/kubernetes.ts";
import { scrape } from "../support/metrics.ts";
import { health, makeAsked, setHealth } from "./asked.ts";
import { type Replica, Stage } from "./stage.ts";

const stage = new Stage(usualLifetimes, { leaseMs: 4000, leadMs: 2500, renewMs: 500, lookMs: 250 });
let second: Replica;

beforeAll(async () => {
	await stage.open(1);
	second = await stage.startReplica("second");
	await makeAsked(stage);
});
afterAll(async () => {
	await second?.controller.stop();
	await second?.proxy.stop();
	await stage.close();
});
afterEach(({ task }) => {
	if (task.result?.state === "fail") console.error(stage.log.slice(-40).join(""));
});

const probe: Probe = { name: "health", ...health };

const injected = () => stage.daemon(1).injected.length;
const held = () => stage.daemon(1).held.size;

it("a probe that passes again and again costs hardly a write", async () => {
	await setHealth(stage, "well");
	await stage.runPod(stage.shop, "quiet", { app: "quiet" });
	await stage.create("quiet", { probes: [probe] });
	await stage.until("quiet", "AllInjected", "True");
	const looks = 'pulumi_chaos_controller_probe_seconds_count{type="object",outcome="passed"}';
	const metrics = () => scrape(stage.ports.health);
	const before = await metrics();
	const version = (await stage.read("quiet"))?.metadata.resourceVersion;
	await eventually(
		"it was looked at ten times",
		async () => ((await metrics())[looks] ?? 0) >= (before[looks] ?? 0) + 10,
	);
	expect((await stage.read("quiet"))?.metadata.resourceVersion).toBe(version);
	await stage.delete("quiet");
	await stage.gone("quiet");
});

it("the next leader asks on, and stops the fault when the system is ill", async () => {
	await setHealth(stage, "well");
	await stage.runPod(stage.shop, "web", { app: "web" });
	const before = injected();
	await stage.create("web", { probes: [probe] });
	await stage.until("web", "AllInjected", "True");
	expect(held()).toBe(1);
	if (stage.proxy) stage.proxy.down = true;
	stage.proxy?.cut();
	const lease = `/apis/coordination.k8s.io/v1/namespaces/${stage.system}/leases/pulumi-chaos-controller`;
	await eventually("the second leads", async () => {
		const { spec } = await stage.server.get<Lease>(lease);
		return spec.holderIdentity === "second";
	});
	expect(held()).toBe(1);
	await setHealth(stage, "ill");
	const { status } = await stage.until("web", "Aborted", "True", "ProbeFailed");
	await eventually("the fault is out", () => held() === 0);
	expect(injected()).toBe(before + 1);
	expect(status?.probes).toMatchObject([
		{ name: "health", before: { outcome: "Passed", passed: 1, failed: 0 }, during: { outcome: "Failed", failed: 1 } },
	]);
	await eventually("there is a verdict", async () => (await stage.read("web"))?.status?.verdict === "aborted");
	await setHealth(stage, "well");
	if (stage.proxy) stage.proxy.down = false;
});

it("what the controller may not read is an error, in words that help", async () => {
	await stage.runPod(stage.shop, "shut", { app: "shut" });
	const object = { apiVersion: "v1", kind: "ConfigMap", name: "kube-root-ca.crt" };
	await stage.create("shut", { probes: [{ ...probe, object }] });
	await eventually("there is a verdict", async () => (await stage.read("shut"))?.status?.verdict === "error");
	const [status] = (await stage.read("shut"))?.status?.probes ?? [];
	expect(status?.samples[0]?.message).toContain(
		"the controller may not read configmaps; add it to controller.probes.objects of the Installation",
	);
});
