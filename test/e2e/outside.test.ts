import { DiscoveryV1Api, type V1EndpointSlice } from "@kubernetes/client-node";
import { afterEach, expect, it } from "vitest";
import type { Role } from "../../examples/sample-application/manifests.ts";
import { clients, eventually, networkChaos, runningPods } from "../support/kubernetes.ts";
import { blocked } from "../support/pairs.ts";
import { measure, sampleNamespace as namespace, partition } from "../support/sample.ts";
import { tablesLeft } from "../support/tables.ts";

const name = "outside";
const service = "third-party";
/** How long DNS, its caches and ours may take to tell of a change, in seconds. */
const patience = 90;

const discovery = () => clients().config.makeApiClient(DiscoveryV1Api);
const sliceName = (family: 4 | 6) => `${service}-${family}`;

afterEach(async () => {
	if (await networkChaos.read(namespace, name)) await networkChaos.delete(namespace, name);
	const { core } = clients();
	const ours = { namespace, labelSelector: `app=${service}` };
	for (const { metadata } of (await core.listNamespacedService(ours)).items) {
		await core.deleteNamespacedService({ namespace, name: metadata?.name ?? "" });
	}
	await discovery().deleteCollectionNamespacedEndpointSlice(ours);
	expect(tablesLeft()).toEqual([]);
});

async function inject(externalTargets: string[], fault: object = {}): Promise<void> {
	const { target: _, ...cut } = partition("front", "back", "to");
	await networkChaos.create(namespace, name, { ...cut, externalTargets, ...fault });
}

/** A Service that leads to the pods of a role, or a headless one that leads to whatever its slices say. */
async function createService(selector: { app: Role } | undefined): Promise<void> {
	await clients().core.createNamespacedService({
		namespace,
		body: {
			metadata: { name: service, labels: { app: service } },
			spec: {
				ipFamilyPolicy: "PreferDualStack",
				ports: [{ port: 8080, targetPort: 8080 }],
				...(selector ? { selector } : { clusterIP: "None" }),
			},
		},
	});
}

/** Has the name `host.<service>` stand for the pods of a role, in both families. */
async function pointAt(role: Role): Promise<void> {
	const pods = await runningPods(namespace, `app=${role}`);
	const ips = pods.flatMap(({ status }) => status?.podIPs?.map(({ ip }) => ip) ?? []);
	for (const family of [4, 6] as const) {
		const addresses = ips.filter((ip) => ip.includes(":") === (family === 6));
		const body: V1EndpointSlice = {
			metadata: { name: sliceName(family), labels: { app: service, "kubernetes.io/service-name": service } },
			addressType: `IPv${family}`,
			endpoints: addresses.map((address) => ({ addresses: [address], hostname: "host", conditions: { ready: true } })),
			ports: [{ name: "", port: 8080 }],
		};
		const place = { namespace, name: sliceName(family), body };
		await discovery()
			.replaceNamespacedEndpointSlice(place)
			.catch(() => discovery().createNamespacedEndpointSlice(place));
	}
}

/** From the fronts to every pod of a role, all attempts. */
function toPods(role: Role): Record<string, string> {
	return { [`front -> ${role} by pod, IPv4`]: "9 of 9", [`front -> ${role} by pod, IPv6`]: "9 of 9" };
}

const toService = {
	[`front -> ${service} by service, IPv4`]: "3 of 3",
	[`front -> ${service} by service, IPv6`]: "3 of 3",
};

/** What the fronts can't reach; of connections from others to them it says nothing. */
async function outOfReach(): Promise<Record<string, string>> {
	return Object.fromEntries(Object.entries(blocked(await measure())).filter(([pair]) => pair.startsWith("front -> ")));
}

/** Waits until the fault is in place and is aimed at the pods of a role. */
async function aimedAt(role: Role): Promise<void> {
	const [pod] = await runningPods(namespace, `app=${role}`);
	await eventually(
		`the fault is aimed at ${role}`,
		async () => {
			const { status } = await networkChaos.condition(namespace, name, "AllInjected", "True");
			return status?.hosts?.some(({ addresses }) => addresses.some((one) => one.startsWith(pod?.status?.podIP ?? "-")));
		},
		patience,
	);
}

it("a Service by name is cut off at its own address and at its pods', whatever these are", async () => {
	await createService({ app: "back" });
	await inject([`${service}.${namespace}.svc:8080`]);
	await aimedAt("back");
	expect(await outOfReach()).toEqual({ ...toPods("back"), ...toService });
	const body = [{ op: "replace", path: "/spec/selector/app", value: "store" }];
	await clients().core.patchNamespacedService({ namespace, name: service, body });
	await aimedAt("store");
	expect(await outOfReach()).toEqual({ ...toPods("store"), ...toService });
});

it("a Service by name is shaped as other targets are", async () => {
	await createService({ app: "back" });
	// No packet fits into this bucket.
	const bandwidth = { rate: "1kbit", limit: 1000, buffer: 40 };
	await inject([`${service}.${namespace}.svc:8080`], { action: "bandwidth", bandwidth });
	await aimedAt("back");
	expect(await outOfReach()).toEqual({ ...toPods("back"), ...toService });
});

it("a host name is looked up again and again, and its last addresses stay cut off when it is gone", async () => {
	const host = `host.${service}.${namespace}.svc.cluster.local`;
	await createService(undefined);
	await inject([`${host}:8080`]);
	const { status } = await networkChaos.condition(namespace, name, "Selected", "False", "UnknownHost");
	const said = status?.conditions?.find(({ type }) => type === "AllInjected")?.message;
	expect(said).toMatch(`spec.externalTargets[0]: "${host}:8080" can't be looked up: DNS knows no address of that name`);

	await pointAt("back");
	await aimedAt("back");
	expect(await outOfReach()).toEqual(toPods("back"));

	await pointAt("store");
	await aimedAt("store");
	expect(await outOfReach()).toMatchObject(toPods("store"));

	await discovery().deleteCollectionNamespacedEndpointSlice({ namespace, labelSelector: `app=${service}` });
	await eventually(
		"the loss is said",
		async () => {
			const conditions = (await networkChaos.read(namespace, name))?.status?.conditions;
			return conditions?.some(({ type, status: now }) => type === "HostLost" && now === "True");
		},
		patience,
	);
	expect(await outOfReach()).toMatchObject(toPods("store"));
});
