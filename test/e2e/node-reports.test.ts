import { expect, it } from "vitest";
import { ownGroup, version } from "../../api/names.ts";
import { type NodeReport, nodeReportPlural } from "../../api/node-report.ts";
import { clients, eventually } from "../support/kubernetes.ts";

type Owned = NodeReport & { metadata: { ownerReferences?: { kind: string; uid: string }[] } };

it("every node has a report of its own that says what it can do, and goes with it", async () => {
	const { core, custom } = clients();
	const nodes = (await core.listNode()).items.map(({ metadata }) => [metadata?.name, metadata?.uid]);
	const reports = async (): Promise<Owned[]> =>
		(await custom.listClusterCustomObject({ group: ownGroup, version, plural: nodeReportPlural })).items;
	await eventually("there is a report of each node", async () => (await reports()).length === nodes.length);
	const found = await reports();
	const owned = found.map(({ metadata }) => [metadata.name, metadata.ownerReferences?.[0]?.uid]);
	expect(owned.sort()).toEqual(nodes.sort());
	for (const { spec } of found) {
		const able = (name: string) => spec.faults.find((fault) => fault.name === name)?.able;
		expect(["NetworkChaos/partition", "NetworkChaos/delay", "StressChaos", "TimeChaos"].map(able)).not.toContain(false);
		expect(able("PodChaos/pod-kill")).toBeUndefined();
		expect(spec.lacks).toBe("");
	}
});
