import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { footprint, footprintChanges } from "../../../tools/cluster/footprint.ts";
import { clusterLayout, stateRoot } from "../../../tools/cluster/layout.ts";

test("changes tell what is new and what is gone, by kind", () => {
	const before = { mounts: ["/a", "/b"], routes: ["default"] };
	const after = { mounts: ["/b", "/c"], routes: ["default"], processes: ["x"] };
	expect(footprintChanges(before, after)).toEqual(["new in mounts: /c", "gone from mounts: /a", "new in processes: x"]);
	expect(footprintChanges(before, before)).toEqual([]);
	expect(footprintChanges({ cgroups: ["/theirs"] }, { cgroups: ["/ours"] })).toEqual(["new in cgroups: /ours"]);
});

// Only root sees the firewall and all processes.
const asRoot = test.runIf(process.getuid?.() === 0);

asRoot("a process that names the cluster's folder is seen, and not when its cluster is left out", async () => {
	const layout = clusterLayout("nobody", 5);
	const child = spawn("sleep", ["60"], { argv0: `${stateRoot}/nobody/1/program`, stdio: "ignore" });
	try {
		await once(child, "spawn");
		const seen = (await footprint())["processes"]?.filter((line) => line.includes("nobody/1/program"));
		expect(seen).toHaveLength(1);
		const without = (await footprint([layout]))["processes"]?.filter((line) => line.includes("nobody/1/program"));
		expect(without).toEqual([]);
	} finally {
		child.kill("SIGKILL");
	}
});

asRoot("a port that someone chose to listen on is seen", async () => {
	const taken = (await footprint())["listeners"] ?? [];
	const port = [...Array(1000).keys()].map((i) => 20_000 + i).find((each) => !taken.join().includes(`port ${each}`));
	const server = createServer().listen(port, "127.0.0.1");
	await once(server, "listening");
	const line = `tcp 0100007F:${port?.toString(16).toUpperCase()} (port ${port})`;
	expect((await footprint())["listeners"]).toContain(line);
	server.close();
	await once(server, "close");
	expect((await footprint())["listeners"]).not.toContain(line);
});
