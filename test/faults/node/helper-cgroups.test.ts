import { expect, it } from "vitest";
import { abovePod, lengthAbovePod } from "../../../faults/node/helper-cgroups.ts";

it.each([
	["/kubepods/besteffort/pod9c1a7f50-2a4e-4b8f-9d0c-3f5e6a7b8c9d/0123", "/kubepods/besteffort"],
	["/kubepods/pod9c1a7f50-2a4e-4b8f-9d0c-3f5e6a7b8c9d", "/kubepods"],
	[
		"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod9c1a7f50_2a4e_4b8f_9d0c_3f5e6a7b8c9d.slice/cri-1.scope",
		"/kubepods.slice/kubepods-burstable.slice",
	],
	["/pod9c1a7f50-2a4e-4b8f-9d0c-3f5e6a7b8c9d/0123", ""],
	["/system.slice/some.service", "/system.slice/some.service"],
	["/", "/"],
])("above the pod of %s is %s", (path, above) => {
	expect(path.slice(0, lengthAbovePod(path))).toBe(above);
});

const path = "/node/kubepods/pod9c1a7f50-2a4e-4b8f-9d0c-3f5e6a7b8c9d/0123";

it.each([
	["/host/cpu/node/kubepods/pod9c1a7f50-2a4e-4b8f-9d0c-3f5e6a7b8c9d/0123", path, "/host/cpu/node/kubepods"],
	["/host/cpu/pod9c1a7f50-2a4e-4b8f-9d0c-3f5e6a7b8c9d/0123", path, "/host/cpu"],
	["/host/cpu/system.slice/some.service", "/system.slice/some.service", "/host/cpu/system.slice/some.service"],
])("the folder above the pod of %s is found", (folder, own, above) => {
	expect(abovePod({ folder, path: own })).toBe(above);
});

it("refuses a mount that shows nothing above the process", () => {
	expect(() => abovePod({ folder: "/sys/fs/cgroup/cpu", path })).toThrow(
		"the daemon sees its own cgroup (/sys/fs/cgroup/cpu) and not the one that its pod is in",
	);
});
