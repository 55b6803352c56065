import { expect, it } from "vitest";
import { slimPod } from "../../controller/slim-pod.ts";
import { workloadOf } from "../../selection/workload.ts";
import { pod } from "../controller/pods.ts";

const owned = (kind: string, name: string, labels = {}) =>
	pod("x", {
		metadata: {
			labels,
			ownerReferences: [
				{ kind: "Node", name: "n" },
				{ kind, name, controller: true },
			],
		},
	});

it.each([
	["by nothing", pod("x"), "Pod shop/x"],
	["by a StatefulSet", owned("StatefulSet", "db"), "StatefulSet shop/db"],
	["by a Deployment", owned("ReplicaSet", "web-7c9d", { "pod-template-hash": "7c9d" }), "Deployment shop/web"],
	["by a ReplicaSet of its own", owned("ReplicaSet", "web-7c9d"), "ReplicaSet shop/web-7c9d"],
	["by one of another hash", owned("ReplicaSet", "web", { "pod-template-hash": "7c9d" }), "ReplicaSet shop/web"],
	[
		"by what does not control it",
		pod("x", { metadata: { ownerReferences: [{ kind: "Node", name: "n" }] } }),
		"Pod shop/x",
	],
])("a pod that is owned %s is told by it, however often it was cut down", (_, whole, expected) => {
	expect(workloadOf(slimPod(whole))).toBe(expected);
	expect(workloadOf(slimPod(slimPod(whole)))).toBe(expected);
});
