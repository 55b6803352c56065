import { afterEach, describe, expect, it } from "vitest";
import type { NetworkChaosSpec } from "../../faults/network/spec.ts";
import { podRules } from "../../tools/lib/pod-network.ts";
import { clients, eventually, networkChaos, runningPods } from "../support/kubernetes.ts";
import { blocked, nothingBetween } from "../support/pairs.ts";
import { measure, partition, sampleImage, sampleNamespace } from "../support/sample.ts";
import { tablesLeft } from "../support/tables.ts";

const name = "partition";

async function inject(spec: NetworkChaosSpec): Promise<void> {
	await networkChaos.create(sampleNamespace, name, spec);
	await networkChaos.condition(sampleNamespace, name, "AllInjected", "True");
}

/** Rules of every pod of the application, by name. */
async function allRules(): Promise<Record<string, string>> {
	const pods = await runningPods(sampleNamespace, "app");
	return Object.fromEntries(pods.map(({ metadata }) => [metadata?.name, podRules(metadata?.uid ?? "")]));
}

afterEach(async () => {
	if (await networkChaos.read(sampleNamespace, name)) await networkChaos.delete(sampleNamespace, name);
	expect(tablesLeft()).toEqual([]);
});

describe("a partition between two roles", () => {
	it.each(["to", "from", "both"] as const)(
		"%s: cuts by pod and by Service, IPv4 and IPv6, and nothing else",
		async (direction) => {
			const before = await allRules();
			expect(blocked(await measure())).toEqual({});
			await inject(partition("front", "back", direction));
			expect(blocked(await measure())).toEqual(nothingBetween("front", "back"));
			await networkChaos.delete(sampleNamespace, name);
			expect(blocked(await measure())).toEqual({});
			expect(await allRules()).toEqual(before);
		},
	);
});

describe("a partition with mode one", () => {
	it("cuts one pod off, and leaves the Service usable through the others", async () => {
		await inject({ ...partition("store", "back"), mode: "one" });
		const reports = await measure();
		const cut = reports.filter(({ role, reached }) => role === "store" && reached.some(({ ok }) => !ok));
		expect(cut).toHaveLength(1);
		const failed = blocked(reports);
		expect(failed["store -> back by pod, IPv4"]).toBe("3 of 9");
		expect(failed["back -> store by pod, IPv6"]).toBe("3 of 9");
		expect(failed["front -> store by service, IPv4"]).toBeUndefined();
	});
});

describe("two partitions of the same pods", () => {
	const other = "other-partition";

	afterEach(async () => {
		if (await networkChaos.read(sampleNamespace, other)) await networkChaos.delete(sampleNamespace, other);
	});

	it("are both in place, and each goes alone", async () => {
		await inject(partition("front", "back"));
		await networkChaos.create(sampleNamespace, other, partition("front", "store"));
		await networkChaos.condition(sampleNamespace, other, "AllInjected", "True");
		const [back, store] = [nothingBetween("front", "back"), nothingBetween("front", "store")];
		expect(blocked(await measure())).toEqual({ ...back, ...store });
		await networkChaos.delete(sampleNamespace, name);
		expect(blocked(await measure())).toEqual(store);
	});
});

describe("a partition from addresses", () => {
	it("cuts the addresses and ranges that are named, of both families", async () => {
		const backs = await runningPods(sampleNamespace, "app=back");
		const services = await clients().core.readNamespacedService({ namespace: sampleNamespace, name: "store" });
		const ips = backs.flatMap(({ status }) => status?.podIPs?.map(({ ip }) => ip) ?? []);
		const { target: _, ...spec } = partition("front", "back", "to");
		await inject({ ...spec, externalTargets: [...ips, ...(services.spec?.clusterIPs ?? [])] });
		const failed = blocked(await measure());
		expect(failed["front -> back by pod, IPv4"]).toBe("9 of 9");
		expect(failed["front -> back by pod, IPv6"]).toBe("9 of 9");
		expect(failed["front -> store by service, IPv4"]).toBe("3 of 3");
		expect(failed["front -> store by service, IPv6"]).toBe("3 of 3");
		expect(failed["front -> store by pod, IPv4"]).toBeUndefined();
	});
});

describe("an experiment whose time is over", () => {
	it("ends by itself and says so", async () => {
		await networkChaos.create(sampleNamespace, name, { ...partition("front", "back"), duration: "4s" });
		await networkChaos.condition(sampleNamespace, name, "AllInjected", "True");
		await networkChaos.condition(sampleNamespace, name, "Expired", "True");
		await networkChaos.condition(sampleNamespace, name, "AllRecovered", "True");
		expect(tablesLeft()).toEqual([]);
	});
});

describe("a pod on its node's network", () => {
	const shared = "on-the-node";

	afterEach(async () => {
		await clients().core.deleteNamespacedPod({ namespace: sampleNamespace, name: shared, gracePeriodSeconds: 0 });
	});

	it("is refused in words, nothing is cut on the node, and the experiment can be deleted", async () => {
		const command = ["node", "-e", "setInterval(() => {}, 1000)"];
		const container = { name: "idle", image: sampleImage(), imagePullPolicy: "Never", command };
		await clients().core.createNamespacedPod({
			namespace: sampleNamespace,
			body: {
				metadata: { name: shared, labels: { network: "node" } },
				spec: { hostNetwork: true, containers: [container] },
			},
		});
		await eventually("the pod runs", async () => (await runningPods(sampleNamespace, "network=node")).length === 1);
		const selector = { labelSelectors: { network: "node" } };
		await networkChaos.create(sampleNamespace, name, { action: "partition", mode: "all", selector });
		const { status } = await networkChaos.condition(sampleNamespace, name, "AllInjected", "False", "InjectFailed");
		expect(status?.experiment.containerRecords?.[0]).toMatchObject({
			id: `${sampleNamespace}/${shared}`,
			phase: "Not Injected",
			message: expect.stringContaining("shares its node's network"),
		});
		expect(tablesLeft()).toEqual([]);
		await networkChaos.delete(sampleNamespace, name);
	});
});

describe("an experiment without targets", () => {
	it("says so, and hits them when they appear", async () => {
		const absent = { namespaces: [sampleNamespace], labelSelectors: { tier: "late" } };
		await networkChaos.create(sampleNamespace, name, { action: "partition", mode: "all", selector: absent });
		await networkChaos.condition(sampleNamespace, name, "Selected", "False", "NoTarget");
		const [front] = await runningPods(sampleNamespace, "app=front");
		const place = { namespace: sampleNamespace, name: front?.metadata?.name ?? "" };
		const label = (value: string | null) =>
			clients().core.patchNamespacedPod({ ...place, body: [{ op: "add", path: "/metadata/labels/tier", value }] });
		await label("late");
		await networkChaos.condition(sampleNamespace, name, "AllInjected", "True");
		await eventually("the rules are in the pod", () => podRules(front?.metadata?.uid ?? "").includes("drop"));
		await label("done");
	});
});
