import { existsSync, readFileSync } from "node:fs";
import type { KubeConfig } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emergencyStopKind, emergencyStopsPath } from "../../api/emergency-stop.ts";
import { apiVersion, ownGroup, systemLabel, version } from "../../api/names.ts";
import { ApiServer, isStatus } from "../../controller/api-server.ts";
import { guardRailsPath } from "../../guard-rails/object.ts";
import { podRules } from "../../tools/lib/pod-network.ts";
import { podProcesses } from "../../tools/lib/pod-processes.ts";
import { movedAmong } from "../support/clocks/vdso.ts";
import {
	clients,
	eventually,
	networkChaos,
	podChaos,
	runningPods,
	stressChaos,
	timeChaos,
} from "../support/kubernetes.ts";
import { installationStack, partition, sampleNamespace, systemNamespace } from "../support/sample.ts";
import type { Stack } from "../support/stack.ts";
import { tablesLeft } from "../support/tables.ts";

/** Bits of the capabilities in `/proc/<pid>/status`: KILL, NET_ADMIN, NET_RAW, SYS_PTRACE, SYS_ADMIN. */
const capabilities = [5n, 12n, 13n, 19n, 21n].reduce((mask, bit) => mask | (1n << bit), 0n);

let installation: Stack;

/** Gives the installation that all files share more than it needs by default, or not, and waits for the new daemons. */
async function setGenerous(generous: boolean): Promise<void> {
	const before = await daemons();
	await installation.configure("privileged", String(generous));
	await installation.configure("probeExec", String(generous));
	await installation.ok("up");
	await eventually("other daemons run", async () => {
		const now = await daemons();
		return now.length > 0 && !now.some((pid) => before.includes(pid));
	});
}

beforeAll(async () => {
	installation = await installationStack();
	await setGenerous(false);
});
afterAll(() => setGenerous(true));

describe("a daemon that is not privileged", () => {
	it("has four capabilities, and neither a writable root nor a token of the API server", async () => {
		for (const pid of await daemons()) {
			const status = readFileSync(`/proc/${pid}/status`, "utf8");
			expect(BigInt(`0x${/^CapBnd:\t(\w+)$/m.exec(status)?.[1]}`)).toBe(capabilities);
			expect(status).toMatch(/^Seccomp:\t2$/m);
			expect(readFileSync(`/proc/${pid}/mounts`, "utf8")).toMatch(/^\S+ \/ \S+ ro,/m);
			expect(existsSync(`/proc/${pid}/root/var/run/secrets/kubernetes.io`)).toBe(false);
		}
	});

	it("cuts a network and mends it", async () => {
		await networkChaos.create(sampleNamespace, "capable", partition("front", "back"));
		await networkChaos.condition(sampleNamespace, "capable", "AllInjected", "True");
		for (const { metadata } of await runningPods(sampleNamespace, "app=front")) {
			expect(podRules(metadata?.uid ?? "")).toContain("drop");
		}
		await networkChaos.delete(sampleNamespace, "capable");
		expect(tablesLeft()).toEqual([]);
	});

	it("puts a container under stress, and ends it", async () => {
		const [pod] = await runningPods(sampleNamespace, "app=front");
		const { name = "", uid = "" } = pod?.metadata ?? {};
		const programs = () => podProcesses(uid).map(({ command }) => command.split(" ")[0]);
		await stressChaos.create(sampleNamespace, "capable", {
			mode: "one",
			selector: { pods: { [sampleNamespace]: [name] } },
			stressors: { cpu: { workers: 1, load: 5 }, memory: { workers: 1, size: "16MB" } },
		});
		await stressChaos.condition(sampleNamespace, "capable", "AllInjected", "True");
		expect(programs()).toEqual(expect.arrayContaining(["stress-ng", "perl"]));
		await stressChaos.delete(sampleNamespace, "capable");
		expect(programs()).not.toContain("stress-ng");
		expect(programs()).not.toContain("perl");
	});

	it("moves the clock of a container and sets it right", async () => {
		await timeChaos.create(sampleNamespace, "capable", {
			mode: "one",
			selector: { namespaces: [sampleNamespace], labelSelectors: { app: "front" } },
			timeOffset: "1h",
		});
		const { status } = await timeChaos.condition(sampleNamespace, "capable", "AllInjected", "True");
		// A message would say that the kernel does not tell of programs that begin.
		expect(status?.experiment.containerRecords?.map(({ message }) => message)).toEqual([undefined]);
		const uids = (await runningPods(sampleNamespace, "app=front")).map(({ metadata }) => metadata?.uid ?? "");
		const moved = () => movedAmong(uids.flatMap(podProcesses).map(({ pid }) => pid));
		expect(moved()).not.toEqual([]);
		await timeChaos.delete(sampleNamespace, "capable");
		expect(moved()).toEqual([]);
	});

	it("kills a container", async () => {
		const [pod] = await runningPods(sampleNamespace, "app=front");
		const { name = "", uid = "" } = pod?.metadata ?? {};
		const before = podProcesses(uid).map(({ pid }) => pid);
		await podChaos.create(sampleNamespace, "capable", {
			action: "container-kill",
			mode: "one",
			selector: { pods: { [sampleNamespace]: [name] } },
			containerNames: [pod?.spec?.containers[0]?.name ?? ""],
		});
		await podChaos.condition(sampleNamespace, "capable", "AllInjected", "True");
		expect(podProcesses(uid).filter(({ pid }) => before.includes(pid)).length).toBeLessThan(before.length);
		await podChaos.delete(sampleNamespace, "capable");
	});
});

describe("the controller's service account may not", () => {
	let server: ApiServer;
	const experiment = { apiVersion, kind: "NetworkChaos", metadata: { name: "x" }, spec: partition("front", "back") };
	const stop = { apiVersion: `${ownGroup}/${version}`, kind: emergencyStopKind, metadata: { name: "x" } };
	const rbac = "/apis/rbac.authorization.k8s.io/v1";
	const shop = `/api/v1/namespaces/${sampleNamespace}`;
	const webhook = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/another";
	const experiments = `/apis/${apiVersion}/namespaces/${sampleNamespace}/networkchaos`;

	beforeAll(async () => {
		server = new ApiServer(await asController());
	});
	afterAll(() => server.close());

	it.each<[string, () => Promise<unknown>]>([
		["read Secrets of others", () => server.get(`${shop}/secrets/x`)],
		["list Secrets", () => server.get("/api/v1/secrets")],
		["read other Secrets of its own namespace", () => server.get(`/api/v1/namespaces/${systemNamespace}/secrets/x`)],
		["make Secrets for others", () => server.post(`${shop}/secrets`, { metadata: { name: "x" } })],
		["make pods", () => server.post(`${shop}/pods`, { metadata: { name: "x" }, spec: {} })],
		["run programs in pods", () => server.post(`${shop}/pods/x/exec?command=id`, {})],
		["read logs", () => server.get(`${shop}/pods/x/log`)],
		["go through a kubelet", () => server.get("/api/v1/nodes/x/proxy/pods")],
		["change nodes", () => server.patch("/api/v1/nodes/x", {})],
		["change namespaces", () => server.patch(shop, {})],
		["change workloads", () => server.patch(`/apis/apps/v1/namespaces/${sampleNamespace}/deployments/x`, {})],
		["make experiments", () => server.post(experiments, experiment)],
		["delete experiments", () => server.delete(`${experiments}/x`, {})],
		["lift an emergency stop", () => server.delete(`${emergencyStopsPath}/x`, {})],
		["declare one", () => server.post(emergencyStopsPath, stop)],
		["lift guard rails", () => server.delete(`${guardRailsPath}/x`, {})],
		["change webhooks of others", () => server.patch(webhook, {})],
		["give rights to itself", () => server.patch(`${rbac}/clusterroles/pulumi-chaos-controller`, {})],
		["bind roles", () => server.post(`${rbac}/clusterrolebindings`, { metadata: { name: "x" } })],
		["be somebody else", () => server.post(`${shop}/serviceaccounts/default/token`, { spec: {} })],
	])("%s", async (_what, attempt) => {
		await expect(attempt()).rejects.toSatisfy((error: unknown) => isStatus(error, 403));
	});

	it("be refused what it needs: it reads pods", async () => {
		await expect(server.get(`${shop}/pods`)).resolves.toHaveProperty("items");
	});
});

/** Processes of the daemons of this cluster. */
async function daemons(): Promise<number[]> {
	const pods = await runningPods(systemNamespace, `${systemLabel}=daemon`);
	const all = pods.flatMap(({ metadata }) => podProcesses(metadata?.uid ?? ""));
	return all.filter(({ command }) => command.includes("daemon.mjs")).map(({ pid }) => pid);
}

/** Credentials of the service account of the controller that runs. */
async function asController(): Promise<KubeConfig> {
	const { config, core } = clients();
	const account = { name: "pulumi-chaos-controller", namespace: systemNamespace };
	const { status } = await core.createNamespacedServiceAccountToken({
		...account,
		body: { spec: { audiences: [] } },
	});
	const cluster = config.getCurrentCluster();
	if (!cluster) throw new Error("the kubeconfig names no cluster");
	config.loadFromClusterAndUser(cluster, { name: "controller", token: status?.token ?? "" });
	return config;
}
