import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apiRequest } from "../../tools/cluster/api.ts";
import { down, kubeconfigPath, nodes, status, up } from "../../tools/cluster/cluster.ts";
import { type Footprint, footprint, footprintChanges } from "../../tools/cluster/footprint.ts";
import { sharedLayout } from "../../tools/cluster/layout.ts";
import { readState } from "../../tools/cluster/state.ts";
import { root } from "../../tools/lib/paths.ts";
import { layout } from "./layout.mts";
import { ask, createPeer, host, importPeerImage, type Peer, peerLog } from "./peers.ts";

// A runner that was told of the user's own cluster must not keep these tests from making theirs.
delete process.env["PULUMI_CHAOS_KUBECONFIG"];

const ill = async () => (await status(layout))?.filter((finding) => !finding.healthy);

/** Starts `up` in another process and kills it as soon as it says `line`. */
async function killedUp(line: string, nodeCount: 1 | 2 = 1): Promise<void> {
	const child = spawn(process.execPath, [join(root, "test", "workplace", "bring-up.mts"), String(nodeCount)], {
		stdio: ["ignore", "ignore", "pipe"],
	});
	let said = "";
	child.stderr.on("data", (text) => {
		said += text;
		if (said.includes(line)) child.kill("SIGKILL");
	});
	const [, signal] = await once(child, "exit");
	expect(signal, said).toBe("SIGKILL");
}

let before: Footprint;

// The kernel clears a namespace in its own time, so the machine is looked at until it is as before.
async function expectUnchanged(): Promise<void> {
	const changes = async () => footprintChanges(before, await footprint([sharedLayout()]));
	await expect.poll(changes, { timeout: 60_000, interval: 1_000 }).toEqual([]);
}

// A pod that is ready becomes an endpoint of its Service on each node in that node's own time.
async function expectAnswer(from: Peer, url: string, answer: string): Promise<void> {
	await expect.poll(() => ask(from, url), { timeout: 60_000, interval: 100 }).toContain(answer);
}

beforeAll(async () => {
	await down({ layout });
	before = await footprint([sharedLayout()]);
});

afterAll(() => down({ layout }));

describe("a cluster's life", () => {
	test("nothing is up: no kubeconfig, no status, and down has nothing to do", async () => {
		expect(() => kubeconfigPath(layout)).toThrow(
			'no cluster "lifecycle" is up on this machine; `npm run cluster -- up` starts one',
		);
		expect(await status(layout)).toBeUndefined();
		await down({ layout });
	});

	test("up goes on after it was killed at any step", async () => {
		const steps = ["making certificates", "starting the container runtime", "starting the control plane"];
		for (const step of [...steps, "waiting for node", "waiting for cluster DNS"]) await killedUp(step);
		await up({ layout });
		expect(await ill()).toEqual([]);
	});

	test("down clears a start that was killed", async () => {
		await down({ layout });
		await killedUp("waiting for node");
		await down({ layout });
		await expectUnchanged();
	});

	test("a second up finds it done", async () => {
		await up({ layout });
		expect(await ill()).toEqual([]);
		const components = readState(layout)?.components;
		await up({ layout });
		expect(readState(layout)?.components).toEqual(components);
	});

	test("a second node that was killed on its way is removed, and the first stays as it is", async () => {
		const api = () => readState(layout)?.components.find((each) => each.name === "kube-apiserver")?.pid;
		const first = api();
		for (const step of ["starting the container runtime of lifecycle-2", "waiting for node lifecycle-2"]) {
			await killedUp(step, 2);
			await up({ layout });
			expect(await ill()).toEqual([]);
			expect(nodes(layout).map((node) => node.name)).toEqual(["lifecycle-1"]);
			expect(existsSync(layout.nodes[1].run)).toBe(false);
		}
		expect(api()).toBe(first);
	});

	test("a second node joins and leaves", async () => {
		await up({ layout, nodes: 2 });
		expect(await ill()).toEqual([]);
		const zones = JSON.parse(await apiRequest(layout, "GET", "/api/v1/nodes")).items.map(
			(node: { metadata: { labels: Record<string, string> } }) => node.metadata.labels["topology.kubernetes.io/zone"],
		);
		expect(zones.sort()).toEqual(["a", "b"]);
		await up({ layout, nodes: 1 });
		expect(nodes(layout).map((node) => node.name)).toEqual(["lifecycle-1"]);
		expect(JSON.parse(await apiRequest(layout, "GET", "/api/v1/nodes")).items).toHaveLength(1);
		await up({ layout, nodes: 2 });
		expect(nodes(layout).map((node) => node.name)).toEqual(["lifecycle-1", "lifecycle-2"]);
	});

	describe("its network", () => {
		let one: Peer;
		let neighbour: Peer;
		let far: Peer;

		beforeAll(async () => {
			await importPeerImage(layout);
			[one, neighbour, far] = await Promise.all([
				createPeer(layout, "one", "lifecycle-1"),
				createPeer(layout, "neighbour", "lifecycle-1"),
				createPeer(layout, "far", "lifecycle-2"),
			]);
		});

		const families = [
			["IPv4", 0],
			["IPv6", 1],
		] as const;

		test.each(families)("%s: pods see each other's addresses, on one node and on two", async (_, family) => {
			for (const [from, to] of [
				[one, neighbour],
				[one, far],
				[far, one],
			] as const) {
				const answer = await ask(from, `http://${host(to.addresses[family])}:8080/`);
				expect(answer).toBe(`${to.name} saw ${from.addresses[family]}`);
			}
		});

		test.each(families)("%s: so they do through a Service", async (_, family) => {
			for (const [from, to] of [
				[one, neighbour],
				[one, far],
				[far, one],
			] as const) {
				await expectAnswer(from, `http://${host(to.service[family])}/`, `${to.name} saw ${from.addresses[family]}`);
			}
		});

		test.each(families)("%s: a pod reaches itself through its Service", async (_, family) => {
			await expectAnswer(one, `http://${host(one.service[family])}/`, "one saw ");
		});

		test.each(families)("%s: outside the cluster a pod has its node's address", async (_, family) => {
			const address = [layout.hostAddress4, layout.hostAddress6][family];
			const nodeAddress = [layout.nodes[1].address4, layout.nodes[1].address6][family];
			const server = createServer((request, answer) => answer.end(request.socket.remoteAddress)).listen(0, address);
			await once(server, "listening");
			const { port } = server.address() as { port: number };
			expect(await ask(far, `http://${host(address ?? "")}:${port}/`)).toBe(nodeAddress);
			server.close();
		});

		test("Services have names, and pods reach the API server by its own", async () => {
			await expectAnswer(far, "http://one.default.svc.cluster.local/", "one saw ");
			expect(await ask(far, "https://kubernetes.default.svc/")).toContain(
				"x509: certificate signed by unknown authority",
			);
		}, 30_000);

		test("a name outside the cluster does not exist", async () => {
			expect(await ask(far, "http://pulumi-chaos.example/")).toContain("no such host");
		}, 30_000);

		test("logs come from both nodes", async () => {
			expect(await peerLog(layout, one)).toBe("one listens\n");
			expect(await peerLog(layout, far)).toBe("far listens\n");
		});
	});

	test("status names what has died, and up makes it whole again", async () => {
		const kubelet = readState(layout)?.components.find((each) => each.name === "kubelet of lifecycle-1");
		process.kill(kubelet?.pid ?? Number.NaN, "SIGKILL");
		await expect
			.poll(async () => (await ill())?.map((finding) => finding.what))
			.toEqual(["kubelet of lifecycle-1 runs"]);
		await up({ layout });
		expect(await ill()).toEqual([]);
	});

	test("up clears what is left of a cluster whose processes were killed and whose state is half written", async () => {
		for (const { pid } of readState(layout)?.components ?? []) process.kill(pid, "SIGKILL");
		rmSync(join(layout.state, "state.json"));
		rmSync(join(layout.state, "pki"), { recursive: true });
		await up({ layout, nodes: 2 });
		expect(await ill()).toEqual([]);
	});

	test("down leaves nothing behind", async () => {
		await down({ layout });
		await expectUnchanged();
	});
});
