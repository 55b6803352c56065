import { expect, it } from "vitest";
import { planPod } from "../../../faults/pod/plan.ts";
import type { PodChaosSpec } from "../../../faults/pod/spec.ts";

const pod = { namespace: "shop", name: "a", uid: "uid-a", node: "n", ips: [], hostNetwork: true, containers: [] };
const common = { mode: "all", selector: {} } as const;

it.each<[PodChaosSpec, object]>([
	[
		{ ...common, action: "pod-kill" },
		{ action: "pod-kill", gracePeriod: 0 },
	],
	[
		{ ...common, action: "pod-kill", gracePeriod: 30 },
		{ action: "pod-kill", gracePeriod: 30 },
	],
	[{ ...common, action: "pod-failure" }, { action: "pod-failure" }],
	[{ ...common, action: "container-kill", containerNames: ["web"] }, { action: "container-kill" }],
])("gives every target the same, also on the node's network: %j", (spec, instruction) => {
	const other = { ...pod, name: "b", container: "web" };
	expect(planPod(spec, { ".": [pod, other] }, {})).toEqual([
		{ pod, selectorKey: ".", instruction },
		{ pod: other, selectorKey: ".", instruction },
	]);
});
