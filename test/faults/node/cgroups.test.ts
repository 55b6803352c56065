import { expect, it } from "vitest";
import { cgroupsIn, cgroupsOf, withController } from "../../../faults/node/cgroups.ts";

const mount = (root: string, point: string, type: string, more: string, options = "rw,relatime"): string =>
	`32 31 0:29 ${root} ${point} ${options} shared:9 - ${type} cgroup rw,${more}`;
const folders = (...lines: string[]): string[] => cgroupsIn(lines.join("\n")).map(({ folder }) => folder);

it("finds the folder of each hierarchy of version 1, and of the unified one beside them", () => {
	const cgroups = cgroupsIn(
		[
			"12:memory:/kubepods/pod1/c",
			"4:cpu,cpuacct:/kubepods/pod1/c",
			"1:name=systemd:/kubepods/pod1/c",
			"0::/system.slice/containerd.service",
			mount("/", "/host/sys/fs/cgroup/memory", "cgroup", "memory"),
			mount("/", "/host/sys/fs/cgroup/cpu,cpuacct", "cgroup", "cpu,cpuacct"),
			mount("/", "/host/sys/fs/cgroup/systemd", "cgroup", "xattr,name=systemd"),
			mount("/", "/host/sys/fs/cgroup/unified", "cgroup2", "nsdelegate"),
		].join("\n"),
	);
	expect(cgroups.map(({ folder }) => folder)).toEqual([
		"/host/sys/fs/cgroup/memory/kubepods/pod1/c",
		"/host/sys/fs/cgroup/cpu,cpuacct/kubepods/pod1/c",
		"/host/sys/fs/cgroup/systemd/kubepods/pod1/c",
		"/host/sys/fs/cgroup/unified/system.slice/containerd.service",
	]);
	expect(withController(cgroups, "cpu")?.folder).toContain("/cpu,cpuacct/");
	expect(withController(cgroups, "io")?.folder).toContain("/unified/");
});

it("finds it in the one hierarchy of version 2, whatever is in a name", () => {
	const slice = "/kubepods.slice/kubepods-pod\\x2d1.slice/cri:containerd:c";
	expect(folders(`0::${slice}`, mount("/", "/a\\040b", "cgroup2", "nsdelegate"))).toEqual([`/a b${slice}`]);
});

it("takes the mount that can be written and shows the most of what is above it", () => {
	const line = "0::/node/kubepods/c";
	const own = mount("/node/daemon", "/sys/fs/cgroup", "cgroup2", "x");
	const shut = mount("/", "/ro", "cgroup2", "x", "ro,relatime");
	expect(folders(line, own, shut)).toEqual([]);
	expect(folders(line, own, shut, mount("/node", "/host", "cgroup2", "x"))).toEqual(["/host/kubepods/c"]);
	const all = mount("/", "/host", "cgroup2", "x");
	expect(folders("0::/node/daemon/c", own, all)).toEqual(["/host/node/daemon/c"]);
	expect(folders("0::/nodes/c", mount("/node", "/host", "cgroup2", "x"))).toEqual([]);
});

it("finds those of a process of this machine", async () => {
	const cgroups = await cgroupsOf(process.pid);
	expect(withController(cgroups, "memory")).toBeDefined();
	await expect(cgroupsOf(2 ** 22 + 1)).rejects.toThrow("No such file or directory");
});
