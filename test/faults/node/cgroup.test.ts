import { expect, it } from "vitest";
import { besidePod, folderOf, hierarchies } from "../../../faults/node/cgroup.ts";

const mountinfo = `25 1 0:22 / /sys/fs/cgroup rw - tmpfs tmpfs rw
30 25 0:26 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
31 25 0:27 / /sys/fs/cgroup/systemd rw - cgroup systemd rw,name=systemd
32 25 0:28 / /sys/fs/cgroup/unified rw - cgroup2 none rw,nsdelegate
33 25 0:26 /kubepods/own /elsewhere rw - cgroup cgroup rw,memory
`;

it.each([
	["9:cpu,cpuacct:/a", "/node/sys/fs/cgroup/cpu,cpuacct", "/a"],
	["3:cpuacct:/a:b", "/node/sys/fs/cgroup/cpu,cpuacct", "/a:b"],
	["1:name=systemd:/", "/node/sys/fs/cgroup/systemd", "/"],
	["0::/x/y", "/node/sys/fs/cgroup/unified", "/x/y"],
	["4:memory:/a", undefined, undefined],
])("finds the mount of the hierarchy of %s", (line, root, path) => {
	const found = folderOf(line, hierarchies(mountinfo, "/node"));
	expect([found?.hierarchy.root, found?.path]).toEqual([root, path]);
});

it.each([
	["/kubepods/besteffort/pod9c1a7f50-2a4e-4b8f-9d0c-3f5e6a7b8c9d/0123", "/kubepods/besteffort"],
	["/kubepods/pod9c1a7f50-2a4e-4b8f-9d0c-3f5e6a7b8c9d", "/kubepods"],
	[
		"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod9c1a7f50_2a4e_4b8f_9d0c_3f5e6a7b8c9d.slice/cri-1.scope",
		"/kubepods.slice/kubepods-burstable.slice",
	],
	["/pod9c1a7f50-2a4e-4b8f-9d0c-3f5e6a7b8c9d/0123", "/"],
	["/system.slice/some.service", "/system.slice/some.service"],
	["/", "/"],
])("beside the pod of %s is %s", (path, beside) => {
	expect(besidePod(path)).toBe(beside);
});
