import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { InjectItem } from "../../api/daemon-api.ts";
import { scrape } from "../support/metrics.ts";
import { Pod } from "../support/pod.ts";
import { expectReach } from "../support/reach.ts";
import { Bench } from "./bench.ts";

const back4 = "10.77.0.2";
const id = "0123456789abcdef";
const other = "fedcba9876543210";
const experiment = "8f0b5c8e-0000-4000-8000-000000000001";
let front: Pod;
let back: Pod;
let bench: Bench;

beforeAll(async () => {
	[front, back] = await Promise.all([Pod.start("front"), Pod.start("back")]);
	front.link(back, "eth0", ["10.77.0.1/24"], [`${back4}/24`]);
});

afterAll(async () => {
	await Promise.all([front?.stop(), back?.stop()]);
});

beforeEach(async () => {
	bench = await Bench.create();
});

afterEach(async () => {
	await bench.close();
	expect(front.ruleset()).toBe("");
	expect(back.ruleset()).toBe("");
});

function item(overrides: Partial<InjectItem> = {}): InjectItem {
	return {
		id,
		experiment,
		kind: "NetworkChaos",
		target: front.target,
		instruction: { action: "partition", drops: [{ hook: "output", peers: [back4] }] },
		expiresInMs: 60_000,
		...overrides,
	};
}

const state = (status: string, message?: string, of = id): unknown => ({
	id: of,
	experiment,
	status,
	...(message && { message }),
});

/** Undoes the fault behind the daemon's back, as somebody on the node would. */
function flush(pod: Pod): void {
	pod.run("nft", "flush", "ruleset");
}

describe("inject and recover", () => {
	beforeEach(() => bench.start());

	it("put the fault on the target and take it out, as often as asked", async () => {
		expect(await bench.inject(item())).toEqual([state("injected")]);
		await expectReach(front, { [back4]: false });
		const placed = front.ruleset();
		expect(await bench.inject(item())).toEqual([state("injected")]);
		expect(front.ruleset()).toBe(placed);
		expect(await bench.recover(id)).toEqual([state("recovered")]);
		await expectReach(front, { [back4]: true });
		expect(await bench.recover(id)).toEqual([{ id, experiment: "", status: "recovered" }]);
	});

	it("answer for each item of a batch, in order", async () => {
		const gone = { ...front.target, pod: "gone", podUid: "00000000-0000-4000-8000-000000000000", containers: [] };
		const results = await bench.inject(item(), item({ id: other, target: gone }));
		expect(results).toEqual([
			state("injected"),
			state("target gone", `pod shop/gone (uid ${gone.podUid}) has no process on this node`, other),
		]);
		expect(await bench.recover(other, id)).toMatchObject([{ id: other }, { id, status: "recovered" }]);
	});

	it("are measured", async () => {
		await bench.inject(item());
		const held = 'pulumi_chaos_daemon_injections{kind="NetworkChaos",state="injected"}';
		const steps = (step: string) => `pulumi_chaos_daemon_step_seconds_count{kind="NetworkChaos",step="${step}"}`;
		const during = await scrape(bench.daemon.healthPort);
		expect(during).toMatchObject({ [held]: 1, [steps("prepare")]: 1, [steps("inject")]: 1 });
		expect(during["pulumi_chaos_daemon_journal_bytes"]).toBe(
			statSync(join(bench.folder, "journal", "injections.jsonl")).size,
		);
		await bench.recover(id);
		const after = await scrape(bench.daemon.healthPort);
		expect(after).toMatchObject({ [steps("recover")]: 1, pulumi_chaos_daemon_journal_bytes: 0 });
		expect(after[held]).toBeUndefined();
	});

	it("refuse an instruction that is not one, by its path", async () => {
		const drops = [{ hook: "forward", peers: ["10.0.0.0/33", "$(reboot)"], device: "a b" }];
		const [result] = await bench.inject(item({ instruction: { action: "partition", drops } }));
		expect(result).toEqual(
			state(
				"failed",
				[
					'instruction.drops[0].hook: "forward" is not a known hook; use "input" or "output"',
					'instruction.drops[0].peers[0]: "10.0.0.0/33" is not an IP address or CIDR; write for example "203.0.113.7", "10.0.0.0/8" or "2001:db8::/32"',
					'instruction.drops[0].peers[1]: "$(reboot)" is not an IP address or CIDR; write for example "203.0.113.7", "10.0.0.0/8" or "2001:db8::/32"',
					'instruction.drops[0].device: "a b" is not the name of a network device; use at most 15 letters, digits and the characters ". _ - :", such as "eth0"',
				].join("\n"),
			),
		);
	});

	it("put other drops in the place of those that the same injection had", async () => {
		await bench.inject(item());
		const drops = [{ hook: "input", peers: ["10.77.9.9"] }];
		expect(await bench.inject(item({ instruction: { action: "partition", drops } }))).toEqual([state("injected")]);
		await expectReach(front, { [back4]: true });
		await bench.recover(id);
	});

	it("do not meet when they come at the same time for the same injection", async () => {
		const calls = Array.from({ length: 10 }, (_, index) => (index % 2 ? bench.recover(id) : bench.inject(item())));
		expect((await Promise.all(calls)).flat().map(({ status }) => status)).toEqual(
			calls.map((_, index) => (index % 2 ? "recovered" : "injected")),
		);
	});

	it("log what they did, by its ids and names", async () => {
		await bench.inject(item());
		await bench.recover(id);
		const lines = bench.logged.map((line) => JSON.parse(line));
		const fields = { level: "info", injection: id, experiment, kind: "NetworkChaos", target: "shop/front" };
		expect(lines).toContainEqual({ time: expect.any(String), message: "injected", ...fields });
		expect(lines).toContainEqual({ time: expect.any(String), message: "recovered", ...fields });
	});
});

describe("a controller that leads no more", () => {
	const call = (epoch: number, path: string, body: object) => bench.client.call("POST", path, { epoch, ...body });
	const refused = {
		status: 409,
		body: {
			error: "the controller of epoch 2 does not lead any more: that of epoch 3 has called since",
			epoch: 3,
		},
	};

	it("can do nothing, also when the daemon was restarted", async () => {
		await bench.start();
		expect(await call(2, "/v1/inject", { leaseMs: 60_000, items: [item()] })).toMatchObject({ status: 200 });
		expect(await call(3, "/v1/recover", { ids: [other] })).toMatchObject({ status: 200 });
		const placed = front.ruleset();
		expect(await call(2, "/v1/recover", { ids: [id] })).toMatchObject(refused);
		expect(
			await call(2, "/v1/inject", { leaseMs: 60_000, items: [item({ id: other, target: back.target })] }),
		).toMatchObject(refused);
		await bench.stop();
		await bench.start();
		expect(await call(2, "/v1/recover", { ids: [id] })).toMatchObject(refused);
		expect([front.ruleset(), back.ruleset()]).toEqual([placed, ""]);
		expect(await call(3, "/v1/recover", { ids: [id] })).toMatchObject({ status: 200 });
	});
});

describe("watch", () => {
	beforeEach(() => bench.start());

	it("tells what the node holds, and then each change that is noticed", async () => {
		await bench.inject(item());
		const { lines } = bench.client.watch();
		await vi.waitFor(() => expect(lines).toEqual([state("injected"), { synced: true }]), 5000);

		flush(front);
		const lost = "the fault is no longer in place on pod shop/front; nobody asked for that";
		await vi.waitFor(() => expect(lines.slice(2)).toEqual([state("lost", lost)]), 5000);
		await expectReach(front, { [back4]: true });

		await bench.inject(item());
		await expectReach(front, { [back4]: false });
		await bench.recover(id);
		await vi.waitFor(() => expect(lines.slice(3)).toEqual([state("injected"), state("recovered")]), 5000);
	});

	it("tells when the target is gone; recovering it then is no failure", async () => {
		const short = await Pod.start("short");
		await bench.inject(item({ target: short.target }));
		const { lines } = bench.client.watch();
		await short.stop();
		const gone = state("target gone", "pod shop/short is gone from its node");
		await vi.waitFor(() => expect(lines).toContainEqual(gone), 5000);
		expect(await bench.recover(id)).toEqual([state("recovered")]);
	});
});

describe("the deadline", () => {
	it("takes the fault out", async () => {
		await bench.start();
		const { lines } = bench.client.watch();
		await bench.inject(item({ expiresInMs: 400 }));
		expect(front.ruleset()).not.toBe("");
		await vi.waitFor(() => expect(lines).toContainEqual(state("recovered", "its time was over")), 5000);
		expect(front.ruleset()).toBe("");
	});

	it("moves when the fault is asked for again", async () => {
		await bench.start();
		await bench.inject(item({ expiresInMs: 500 }));
		await bench.inject(item({ expiresInMs: 60_000 }));
		await new Promise((resolve) => setTimeout(resolve, 700));
		await expectReach(front, { [back4]: false });
		await bench.recover(id);
	});

	it("holds when it passes while the daemon is down", async () => {
		await bench.start();
		await bench.inject(item({ expiresInMs: 1000 }));
		await bench.stop();
		expect(front.ruleset()).not.toBe("");
		await new Promise((resolve) => setTimeout(resolve, 1000));
		await bench.start();
		expect(front.ruleset()).toBe("");
	});

	it("holds when the daemon comes back before it", async () => {
		await bench.start();
		await bench.inject(item({ expiresInMs: 2000 }));
		await bench.stop();
		await bench.start();
		expect(front.ruleset()).not.toBe("");
		await vi.waitFor(() => expect(front.ruleset()).toBe(""), 5000);
	});
});

describe("the lease of the node", () => {
	const call = (path: string, body: object) => bench.client.call("POST", path, { epoch: 1, ...body });
	const expired = state(
		"lease expired",
		"no controller has renewed the lease of the node in time, so the node has taken the fault out",
	);

	beforeEach(() => bench.start());

	it("keeps all faults for as long as it is renewed; then they are taken out, and that is told", async () => {
		const { lines } = bench.client.watch();
		await call("/v1/inject", { leaseMs: 600, items: [item(), item({ id: other, target: back.target })] });
		for (let renewals = 0; renewals < 5; renewals++) {
			await new Promise((resolve) => setTimeout(resolve, 200));
			expect(await call("/v1/lease", { leaseMs: 600 })).toMatchObject({ status: 200, body: {} });
		}
		expect(front.ruleset()).not.toBe("");
		await vi.waitFor(() => expect(lines).toContainEqual(expired), 5000);
		await vi.waitFor(() => expect([front.ruleset(), back.ruleset()]).toEqual(["", ""]), 5000);

		const later = bench.client.watch();
		await vi.waitFor(() => expect(later.lines).toContainEqual({ synced: true }), 5000);
		expect(later.lines).toContainEqual(expired);
		expect(await bench.inject(item())).toEqual([state("injected")]);
		await expectReach(front, { [back4]: false });
		await bench.recover(id, other);
	});

	it("is over when it ends while no daemon runs", async () => {
		await call("/v1/inject", { leaseMs: 1000, items: [item()] });
		await bench.stop();
		expect(front.ruleset()).not.toBe("");
		await new Promise((resolve) => setTimeout(resolve, 1000));
		await bench.start();
		expect(front.ruleset()).toBe("");
		const { lines } = bench.client.watch();
		await vi.waitFor(() => expect(lines).toEqual([expired, { synced: true }]), 5000);
	});

	it("goes on over a restart of the daemon", async () => {
		await call("/v1/inject", { leaseMs: 3000, items: [item()] });
		await bench.stop();
		await bench.start();
		expect(front.ruleset()).not.toBe("");
		await vi.waitFor(() => expect(front.ruleset()).toBe(""), 6000);
	});
});

describe("a full disk", () => {
	let disk: string;

	beforeEach(async () => {
		disk = join(bench.folder, "disk");
		mkdirSync(disk);
		execFileSync("mount", ["-t", "tmpfs", "-o", "size=128k", "tmpfs", disk]);
		bench.environment["PULUMI_CHAOS_JOURNAL"] = join(disk, "journal");
		await bench.start();
	});

	afterEach(async () => {
		await bench.stop();
		execFileSync("umount", [disk]);
	});

	function fill(): void {
		try {
			for (let size = 4096; ; ) writeFileSync(join(disk, "filler"), Buffer.alloc(size), { flag: "a" });
		} catch (error) {
			expect((error as NodeJS.ErrnoException).code).toBe("ENOSPC");
		}
	}

	const probe = async (path: string): Promise<number> =>
		(await fetch(`http://127.0.0.1:${bench.daemon.healthPort}${path}`)).status;
	const health = (): Promise<number> => probe("/healthz");

	it("refuses injections before anything is touched, and still recovers", async () => {
		expect(await health()).toBe(200);
		await bench.inject(item());
		fill();
		expect(await health()).toBe(503);
		// A daemon that is killed for it could not recover any more.
		expect(await probe("/livez")).toBe(200);
		const peers = Array.from({ length: 400 }, (_, index) => `10.9.${index >> 8}.${index & 255}`);
		const instruction = { action: "partition", drops: [{ hook: "input", peers }] };
		const refused = `the journal of the node (${disk}/journal) can't be written, so nothing was touched; free room on that disk: ENOSPC: no space left on device, write`;
		expect(await bench.inject(item({ id: other, target: back.target, instruction }))).toEqual([
			state("failed", refused, other),
		]);
		expect(back.ruleset()).toBe("");
		expect(await bench.recover(id)).toEqual([state("recovered")]);
		expect(front.ruleset()).toBe("");

		await bench.stop();
		await bench.start();
		const { lines } = bench.client.watch();
		await vi.waitFor(() => expect(lines).toEqual([{ synced: true }]), 5000);

		rmSync(join(disk, "filler"));
		expect(await health()).toBe(200);
		expect(await bench.inject(item())).toEqual([state("injected")]);
		await bench.recover(id);
	});
});
