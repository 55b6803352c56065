import { describe, expect, it } from "vitest";
import type { NodeTarget } from "../../../api/injector.ts";
import { membership, processes } from "../../../faults/node/processes.ts";

const id = "4f6c2b".padEnd(64, "0");
const target: NodeTarget = {
	namespace: "shop",
	pod: "front",
	podUid: "0b5c8e8f-1111-4222-8333-444455556666",
	containers: [{ name: "main", id: `containerd://${id}` }],
};
const underscored = target.podUid.replaceAll("-", "_");
const slice = `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${underscored}.slice`;

describe("membership", () => {
	it.each([
		["cgroupfs driver, version 1", `9:name=systemd:/\n8:pids:/kubepods/burstable/pod${target.podUid}/${id}\n`],
		["cgroupfs driver, version 2", `0::/kubepods/besteffort/pod${target.podUid}/${id}\n`],
		["cgroupfs driver, from a cgroup namespace", `0::/../../pod${target.podUid}/${id}\n`],
		["systemd driver, containerd", `0::${slice}/cri-containerd-${id}.scope\n`],
		["systemd driver, CRI-O, with a cgroup of the container's own", `0::${slice}/crio-${id}.scope/container/init\n`],
		["systemd driver, Docker, version 1", `8:pids:${slice}/docker-${id}.scope\n1:cpu:/\n`],
		["a static pod, whose cgroup has another uid than the API", `0::/kubepods/podabcdef/${id}\n`],
		["a cluster in a container", `0::/kubelet/kubepods/burstable/pod${target.podUid}/${id}\n`],
	])("knows the container: %s", (_what, cgroup) => expect(membership(cgroup, target)).toBe("container"));

	it.each([
		["the sandbox, cgroupfs", `0::/kubepods/burstable/pod${target.podUid}/77aa\n`],
		["the sandbox, systemd", `0::${slice}/cri-containerd-77aa.scope\n`],
		["CRI-O's monitor of a container", `0::${slice}/crio-conmon-${id}.scope\n`],
		["a pod without a class of its own", `0::/kubepods.slice/kubepods-pod${underscored}.slice/crio-77aa.scope\n`],
	])("knows what else is of the pod: %s", (_what, cgroup) => expect(membership(cgroup, target)).toBe("pod"));

	it.each([
		["another pod", `0::/kubepods/burstable/pod${target.podUid.replace("0", "1")}/77aa\n`],
		["a longer uid", `0::/kubepods/burstable/pod${target.podUid}0/77aa\n`],
		["a longer id", `0::/kubepods/podabc/${id}0\n`],
		["a service of the node", "0::/system.slice/containerd.service\n"],
		["none", ""],
	])("does not take others: %s", (_what, cgroup) => expect(membership(cgroup, target)).toBeUndefined());
});

describe("processes", () => {
	it("lists those of the node, and looks anew in the next turn", async () => {
		const first = processes();
		expect(first.find(({ pid }) => pid === process.pid)?.cgroup).toMatch(/:\//);
		expect(processes()).toBe(first);
		await new Promise(setImmediate);
		expect(processes()).not.toBe(first);
	});
});
