import { dirname } from "node:path/posix";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ownGroup, version } from "../../api/names.ts";
import { type OwnProbe, type OwnProbeStatus, ownProbe, ownProbePath, standingOf } from "../../api/own-probe.ts";
import type { ApiServer } from "../../controller/api-server.ts";
import { usualLifetimes } from "../../controller/certificates.ts";
import type { Lease } from "../../controller/lease.ts";
import { eventually } from "../support/kubernetes.ts";
import { scrape } from "../support/metrics.ts";
import { health, makeAsked, setHealth } from "./asked.ts";
import { type Replica, Stage } from "./stage.ts";
import { asUser, installWebhooks } from "./webhooks.ts";

const stage = new Stage(usualLifetimes, { leaseMs: 4000, leadMs: 2500, renewMs: 500, lookMs: 250 });
const user = `user-${stage.suffix}`;
let second: Replica;
let asThem: ApiServer;

beforeAll(async () => {
	await stage.open(1);
	await installWebhooks(stage);
	second = await stage.startReplica("second");
	await makeAsked(stage);
	await setHealth(stage, "well");
	const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${stage.shop}`;
	const rules = [{ apiGroups: [ownGroup], resources: [ownProbe.plural], verbs: ["create"] }];
	await stage.make(`${rbac}/roles`, { metadata: { name: user }, rules });
	const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: user };
	await stage.make(`${rbac}/rolebindings`, {
		metadata: { name: user },
		roleRef,
		subjects: [{ kind: "User", name: user }],
	});
	asThem = asUser(user);
});
afterAll(async () => {
	asThem?.close();
	await second?.controller.stop();
	await second?.proxy.stop();
	await stage.close();
});
afterEach(({ task }) => {
	if (task.result?.state === "fail") console.error(stage.log.slice(-40).join(""));
});

const path = (name: string): string => ownProbePath({ namespace: stage.shop, name });
const read = (name: string): Promise<OwnProbe> => stage.server.get<OwnProbe>(path(name));

function body(name: string, spec: object): { metadata: { name: string } } {
	return { apiVersion: `${ownGroup}/${version}`, kind: ownProbe.kind, metadata: { name }, spec } as never;
}

async function declare(name: string, spec: object): Promise<void> {
	await stage.make(dirname(path(name)), body(name, spec));
}

/** Waits until a Probe stands so; returns its status. */
function until(name: string, outcome: OwnProbeStatus["outcome"]): Promise<OwnProbeStatus> {
	return eventually(`${name} is ${outcome}`, async () => {
		const standing = standingOf(await read(name));
		return standing?.outcome === outcome && standing;
	});
}

async function looks(): Promise<number> {
	const name = 'pulumi_chaos_controller_probe_seconds_count{type="object",outcome="passed"}';
	return (await scrape(stage.ports.health))[name] ?? 0;
}

describe("a Probe", () => {
	it("passes, is looked at on and on with hardly a write, and is gone when it is deleted", async () => {
		await declare("quiet", health);
		await until("quiet", "Passing");
		const { metadata, spec } = await read("quiet");
		expect(spec).toMatchObject({ interval: "1s", tolerance: 0 });
		const before = await looks();
		await eventually("it was looked at ten times", async () => (await looks()) >= before + 10);
		expect((await read("quiet")).metadata.resourceVersion).toBe(metadata.resourceVersion);
		expect((await scrape(stage.ports.health))['pulumi_chaos_controller_probes{outcome="Passing"}']).toBe(1);
		await stage.remove(path("quiet"));
		const after = await looks();
		await new Promise((done) => setTimeout(done, 3000));
		expect((await looks()) - after).toBeLessThan(2);
	});

	it("fails after more failures in a row than it bears, and comes back with the first pass", async () => {
		await declare("patient", { ...health, tolerance: 2 });
		await until("patient", "Passing");
		await setHealth(stage, "ill");
		const failing = await until("patient", "Failing");
		const message = 'the field metadata.annotations.health ("ill") does not equal "well"';
		expect(failing).toMatchObject({ failedInRow: 3, message });
		expect(failing.samples.slice(-3)).toMatchObject([{ message }, { message }, { message }]);
		await setHealth(stage, "well");
		const back = await until("patient", "Passing");
		expect(back).toMatchObject({ failedInRow: 0 });
		expect(back).not.toHaveProperty("message");
		expect(Date.parse(back.since ?? "")).toBeGreaterThan(Date.parse(failing.since ?? ""));
	});

	it("begins anew with another question", async () => {
		await declare("changing", health);
		await until("changing", "Passing");
		const criteria = { equals: "ill" };
		await stage.server.patch(path("changing"), { spec: { object: { criteria } } });
		expect(await until("changing", "Failing")).toMatchObject({ observedGeneration: 2, passed: 0, failed: 1 });
	});

	it("is refused when the controller may not read what it asks for, in words that help", async () => {
		const object = { apiVersion: "v1", kind: "ConfigMap", name: "kube-root-ca.crt" };
		await expect(declare("shut", { ...health, object })).rejects.toThrow("the controller may not get configmaps");
	});
});

describe("who makes a Probe", () => {
	const make = (spec: object): Promise<unknown> =>
		asThem.post(`${dirname(path("theirs"))}?dryRun=All`, body("theirs", spec));

	it("must have the right to read what it reads", async () => {
		await expect(make(health)).rejects.toThrow(
			`spec.object: user "${user}" may not get deployments.apps in namespace "${stage.shop}", where this probe reads "asked"`,
		);
	});

	it("may ask whatever answers over the network", async () => {
		await make({ type: "tcp", tcp: { host: "front.shop", port: 80 } });
	});

	it("is told what is wrong with it", async () => {
		await expect(make({ type: "tcp", http: { url: "http://front.shop/" } })).rejects.toThrow('type "tcp" needs it');
		await expect(make({ type: "tcp", tcp: { host: "front.shop", port: 80 }, interval: "1ms" })).rejects.toThrow(
			"spec.interval",
		);
	});
});

// Last: from here on the other one leads.
it("the next leader goes on from the status", async () => {
	await declare("lasting", { ...health, tolerance: 1000 });
	const { since } = await until("lasting", "Passing");
	if (stage.proxy) stage.proxy.down = true;
	stage.proxy?.cut();
	const lease = `/apis/coordination.k8s.io/v1/namespaces/${stage.system}/leases/pulumi-chaos-controller`;
	await eventually("the second leads", async () => {
		const { spec } = await stage.server.get<Lease>(lease);
		return spec.holderIdentity === "second";
	});
	await setHealth(stage, "ill");
	const status = await eventually("it has failed", async () => {
		const standing = standingOf(await read("lasting"));
		return standing !== undefined && standing.failedInRow > 0 && standing;
	});
	expect(status).toMatchObject({ outcome: "Passing", since });
	expect(status.passed).toBeGreaterThan(0);
	await setHealth(stage, "well");
	if (stage.proxy) stage.proxy.down = false;
});
