import fc from "fast-check";
import { expect, it } from "vitest";
import type { NodeTarget } from "../../../api/injector.ts";
import { netnsMounts } from "../../../faults/node/netns.ts";
import { membership, startIn } from "../../../faults/node/processes.ts";
import { always, spoiled, texts } from "../../support/properties.ts";

const podUid = "8f0b5c8e-1111-4000-8000-000000000001";
const containerId = "4f6a".repeat(16);
const target: NodeTarget = {
	namespace: "shop",
	pod: "a",
	podUid,
	containers: [{ name: "main", id: `containerd://${containerId}` }],
};
const cgroups = [
	`0::/kubepods.slice/kubepods-pod${podUid.replaceAll("-", "_")}.slice/cri-containerd-${containerId}.scope\n`,
	`12:memory:/kubepods/burstable/pod${podUid}/${containerId}\n11:cpu:/\n`,
];

it("a process is in a container only when a part of its cgroup's path ends with the container's id", () => {
	always(fc.oneof(...cgroups.map(spoiled), texts(`${podUid}${containerId}:/.slicepod_-\n`)), (cgroup) => {
		const found = membership(cgroup, target);
		if (found === "container") expect(cgroup).toMatch(new RegExp(`(^|[/:-])${containerId}(\\.scope)?($|[/\n])`));
		if (found === "pod") expect(cgroup.replaceAll("_", "-")).toContain(podUid);
	});
});

it("no process is in a pod of whom nothing is known", () => {
	always(fc.oneof(...cgroups.map(spoiled), texts("0123456789:/pod")), (cgroup) => {
		return membership(cgroup, { ...target, podUid: "other", containers: [] }) === undefined || cgroup.includes("other");
	});
});

it("the start of a process is found behind any name", () => {
	const rest = `S ${Array.from({ length: 18 }, (_, index) => index).join(" ")} 4711 0 0`;
	always(fc.string({ unit: "binary", maxLength: 16 }), (name) => startIn(`12 (${name}) ${rest}`) === 4711);
	always(spoiled(`12 (sh) ${rest}`), (stat) => typeof startIn(stat) === "number");
});

it("a namespace is mounted where a line says so, whatever stands around it", () => {
	const line = "600 25 0:4 net:[4026532281] /run/netns/cni\\0401 rw shared:289 - nsfs nsfs rw";
	always(fc.array(texts("0123456789 /:[]net\\-\n"), { maxLength: 4 }), (others) => {
		expect(netnsMounts([...others, line, ...others].join("\n"), "4:4026532281")).toContain("/run/netns/cni 1");
	});
	always(spoiled(line), (text) => Array.isArray(netnsMounts(text, "4:4026532281")));
});
