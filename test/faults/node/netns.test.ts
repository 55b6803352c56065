import { execFileSync, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { podNetns, runInNetns, whereabouts } from "../../../faults/node/netns.ts";
import { netnsOf } from "../../../faults/node/processes.ts";
import { Pod } from "../../support/pod.ts";

const started: Pod[] = [];

async function start(...options: Parameters<typeof Pod.start>): Promise<Pod> {
	const pod = await Pod.start(...options);
	started.push(pod);
	return pod;
}

afterEach(async () => {
	await Promise.all(started.splice(0).map((pod) => pod.stop()));
});

describe("podNetns", () => {
	it("finds the namespace by the pod's uid or a container's id", async () => {
		const pod = await start("front");
		const expected = { netns: netnsOf(pod.pid), pid: pod.pid };
		expect(expected.netns).not.toBe(netnsOf(process.pid));
		expect(podNetns({ ...pod.target, containers: [] })).toEqual(expected);
		expect(podNetns({ ...pod.target, podUid: randomUUID() })).toEqual(expected);
	});

	it("refuses a pod on the host's network", async () => {
		const pod = await start("agent", { hostNetwork: true });
		expect(() => podNetns(pod.target)).toThrow(
			"pod shop/agent uses the host's network (hostNetwork: true): a network fault would hit the whole node; select other pods",
		);
	});

	it("finds the host's network where that is meant, and knows it again", async () => {
		const pod = await start("agent", { hostNetwork: true });
		const found = podNetns(pod.target, { onHost: true });
		expect(found.netns).toBe(netnsOf(process.pid));
		expect(whereabouts(pod.target, found)).toBe("here");
		await pod.stop();
		expect(whereabouts(pod.target, found)).toBe("gone");
	});

	it("says when the pod is not on this node", () => {
		const podUid = randomUUID();
		expect(() => podNetns({ namespace: "shop", pod: "gone", podUid, containers: [] })).toThrow(
			`pod shop/gone (uid ${podUid}) has no process on this node`,
		);
	});
});

describe("whereabouts", () => {
	it("tells whether the pod is still in the namespace", async () => {
		const [pod, other] = [await start("front"), await start("other")];
		const known = podNetns(pod.target);
		expect(whereabouts(pod.target, known)).toBe("here");
		expect(whereabouts(pod.target, { ...known, pid: 0 })).toBe("here");
		expect(whereabouts(pod.target, podNetns(other.target))).toBe("elsewhere");
		await pod.stop();
		expect(whereabouts(pod.target, known)).toBe("gone");
	});
});

describe("runInNetns", () => {
	const own = ["link", "show", "dev", "mark"] as const;

	it("enters by any process when the one on record has ended", async () => {
		const pod = await start("front");
		pod.run("ip", "link", "add", "mark", "type", "bridge");
		expect(await runInNetns({ ...podNetns(pod.target), pid: 0 }, "ip", own)).toContain("mark");
	});

	/** A name for a pod's namespace at a path, as container runtimes make it. */
	function keep(pod: Pod, file: string): () => void {
		writeFileSync(file, "");
		execFileSync("mount", ["--bind", `/proc/${pod.pid}/ns/net`, file]);
		return () => {
			spawnSync("umount", [file]);
			rmSync(file, { force: true });
		};
	}

	it.each(["/run/netns", "/run/a runtime of\\its own"])("enters by the runtime's file in %s", async (folder) => {
		const pod = await start("front");
		const made = mkdirSync(folder, { recursive: true });
		const release = keep(pod, `${folder}/pulumi-chaos-test-${pod.pid}`);
		try {
			pod.run("ip", "link", "add", "mark", "type", "bridge");
			const known = podNetns(pod.target);
			await pod.stop();
			expect(await runInNetns(known, "ip", own)).toContain("mark");
			release();
			expect(await runInNetns(known, "ip", own)).toBeUndefined();
		} finally {
			release();
			if (made) rmdirSync(made);
		}
	});

	it("tells what the program said when it fails", async () => {
		const pod = await start("front");
		await expect(runInNetns(podNetns(pod.target), "ip", ["link", "show", "dev", "none"])).rejects.toThrow(
			/^nsenter --net=\/proc\/self\/fd\/3 -- ip link show dev none: ended with status 1: Device "none" does not exist\.$/,
		);
	});
});
