import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { Path, Shape } from "../../../../faults/network/instruction.ts";
import { type KernelUndo, kernelEngine } from "../../../../faults/network/kernel/engine.ts";
import { requireFeatures } from "../../../../faults/network/kernel/features.ts";
import { onPath } from "../../../../tools/lib/search-path.ts";
import { Pod } from "../../../support/pod.ts";
import { expectReach } from "../../../support/reach.ts";

const { needs, prepare, inject, recover, verify } = kernelEngine;
const back4 = "10.77.0.2";
const other4 = "10.77.0.3";
const back6 = "fd77::2";
/** Lets nothing pass: no packet fits into it. */
const bucket = { rate: 8000, limit: 1000, buffer: 40 };

let front: Pod;
let back: Pod;
let before: string;
const placed: KernelUndo[] = [];

beforeAll(async () => {
	[front, back] = await Promise.all([Pod.start("front"), Pod.start("back")]);
	front.link(back, "eth0", ["10.77.0.1/24", "fd77::1/64"], [`${back4}/24`, `${other4}/24`, `${back6}/64`]);
	before = dump();
	await expectReach(front, { [back6]: true });
});

afterEach(async () => {
	for (const undo of placed.splice(0)) await recover(front.target, undo);
	expect(dump()).toBe(before);
});

afterAll(async () => {
	await Promise.all([front?.stop(), back?.stop()]);
});

function dump(): string {
	return front.run("sh", "-c", "nft list ruleset; ip -o link; tc qdisc; tc filter show dev eth0 egress");
}

async function put(id: string, ...paths: Path[]): Promise<{ instruction: Shape; undo: KernelUndo }> {
	const instruction: Shape = { action: "shape", paths, bucket };
	await needs(instruction);
	const undo = await prepare(front.target, instruction, id, 60_000);
	placed.push(undo);
	await inject(front.target, instruction, undo);
	expect(await verify(front.target, instruction, undo)).toEqual({ verdict: "in place" });
	return { instruction, undo };
}

it("shapes what is sent to the peers and what is received from them, each undone alone", async () => {
	const sent = await put("a1", { hook: "egress", peers: [back4] });
	const received = await put("a2", { hook: "ingress", peers: [back6], part: "replies" }, { hook: "ingress", port: 9 });
	await expectReach(front, { [back4]: false, [back6]: false, [other4]: true, "127.0.0.1": true });
	await recover(front.target, sent.undo);
	await expectReach(front, { [back4]: true, [back6]: false });
	expect(await verify(front.target, received.instruction, received.undo)).toEqual({ verdict: "in place" });
});

it("changes to other peers by the record that it has", async () => {
	const { instruction, undo } = await put("a3", { hook: "egress", peers: [back4] });
	const other: Shape = { ...instruction, paths: [{ hook: "egress", peers: [other4] }] };
	await inject(front.target, other, undo);
	expect(await verify(front.target, other, undo)).toEqual({ verdict: "in place" });
	expect(await verify(front.target, instruction, undo)).toMatchObject({ verdict: "lost" });
	await expectReach(front, { [back4]: true, [other4]: false });
});

it("leaves nothing behind when somebody has deleted its device, whether it was put back or not", async () => {
	for (const again of [true, false]) {
		const { instruction, undo } = await put("a4", { hook: "egress", peers: [back4] });
		front.run("ip", "link", "delete", "pchaos-out");
		expect(await verify(front.target, instruction, undo)).toMatchObject({ verdict: "lost" });
		if (again) await inject(front.target, instruction, undo);
		await recover(front.target, undo);
		expect(dump()).toBe(before);
	}
});

it("says what this node's kernel lacks", async () => {
	const tools = mkdtempSync(join(tmpdir(), "pulumi-chaos-path-"));
	const { PATH } = process.env;
	const netem = { delay: { latency: 1000, jitter: 0, correlation: 0 } };
	// A kernel without netem refuses it as an unknown kind.
	const script = `#!/bin/sh\ncase "$*" in *netem*) echo "Error: Specified qdisc kind is unknown." >&2; exit 2;; esac\nexec ${onPath("unshare")} "$@"\n`;
	writeFileSync(join(tools, "unshare"), script);
	chmodSync(join(tools, "unshare"), 0o755);
	process.env["PATH"] = `${tools}:${PATH}`;
	try {
		await requireFeatures({ action: "shape", paths: [{ hook: "ingress" }], bucket });
		await expect(requireFeatures({ action: "shape", paths: [{ hook: "egress" }], netem })).rejects.toThrow(
			/^this node's kernel \(.*\) lacks sch_netem, so it can't delay, lose, duplicate, corrupt and reorder packets; load it .*Specified qdisc kind is unknown/,
		);
	} finally {
		process.env["PATH"] = PATH;
		rmSync(tools, { recursive: true });
	}
});
