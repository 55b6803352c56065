import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { rulesetOf } from "../../../faults/network/dropping.ts";
import { type NetworkUndo, networkInjector } from "../../../faults/network/inject.ts";
import type { Drop, Partition } from "../../../faults/network/instruction.ts";
import { isTable } from "../../../faults/network/nftables.ts";
import { onPath } from "../../../tools/lib/search-path.ts";
import { Pod } from "../../support/pod.ts";

const { prepare, inject, recover, verify } = networkInjector;
const table = "pulumi_chaos_0123456789abcdef";
const instruction: Partition = {
	action: "partition",
	drops: [
		{ hook: "output", peers: ["10.0.0.1", "10.0.0.0/24", "10.0.1.0/24", "fd00::1"] },
		{ hook: "input", device: "lo" },
	],
};
let pod: Pod;
let undo: NetworkUndo;

beforeAll(async () => {
	pod = await Pod.start("front");
});

afterAll(() => pod.stop());

beforeEach(async () => {
	undo = await prepare(pod.target, instruction, "0123456789abcdef", 60_000);
	await inject(pod.target, instruction, undo);
});

afterEach(async () => {
	await recover(pod.target, undo);
	pod.run("nft", "flush", "ruleset");
});

/** Changes the table behind the injector's back. */
function nft(command: string): void {
	pod.run("nft", command);
}

function firstHandle(chain: string): string {
	return (
		/handle (\d+)$/m.exec(pod.run("nft", "-a", "list", "chain", "inet", table, chain).replace(/.*{.*/g, ""))?.[1] ?? ""
	);
}

describe("verify", () => {
	it("does not take a node without nft for a target without the fault", async () => {
		const tools = mkdtempSync(join(tmpdir(), "pulumi-chaos-path-"));
		symlinkSync(onPath("nsenter") ?? "", join(tools, "nsenter"));
		const { PATH } = process.env;
		process.env["PATH"] = tools;
		try {
			await expect(verify(pod.target, instruction, undo)).rejects.toThrow(/nft: No such file or directory/);
		} finally {
			process.env["PATH"] = PATH;
			rmSync(tools, { recursive: true });
		}
	});

	it("sees the fault in place, whatever stands beside it", async () => {
		nft("add table inet mesh { chain input { type filter hook input priority 0; drop; }; }");
		expect(await verify(pod.target, instruction, undo)).toBe("in place");
	});

	it("sees a fault of one port in place, also where nothing tells nft the names of protocols", async () => {
		const drops: Drop[] = [{ hook: "output", peers: ["10.0.0.1"], port: 443 }];
		await inject(pod.target, { ...instruction, drops }, undo);
		expect(await verify(pod.target, { ...instruction, drops }, undo)).toBe("in place");
		const listing = pod.run("nft", "-j", "list", "table", "inet", table);
		const byNumber = listing.replace(/"tcp", ?"udp", ?"sctp"/, "6, 17, 132");
		expect(byNumber).not.toBe(listing);
		expect(isTable(byNumber, rulesetOf(drops))).toBe(true);
		expect(isTable(byNumber.replace("17", "18"), rulesetOf(drops))).toBe(false);
	});

	it.each([
		["all tables flushed", () => nft("flush ruleset")],
		["the table deleted", () => nft(`delete table inet ${table}`)],
		["a chain flushed", () => nft(`flush chain inet ${table} input`)],
		["a rule deleted", () => nft(`delete rule inet ${table} output handle ${firstHandle("output")}`)],
		["a rule that accepts before ours", () => nft(`insert rule inet ${table} output accept`)],
		["a set emptied", () => nft(`flush set inet ${table} drop0_ipv4`)],
		["an address taken out of a set", () => nft(`delete element inet ${table} drop0_ipv6 { fd00::1 }`)],
		["an address more in a set", () => nft(`add element inet ${table} drop0_ipv4 { 192.0.2.1 }`)],
		["the table put to sleep", () => nft(`add table inet ${table} { flags dormant; }`)],
		["one more chain", () => nft(`add chain inet ${table} more { type filter hook forward priority 0; }`)],
		[
			"another priority",
			() => {
				nft(`delete chain inet ${table} input`);
				nft(`add chain inet ${table} input { type filter hook input priority 5; iifname "lo" drop; }`);
			},
		],
		[
			"another device",
			() => {
				nft(`flush chain inet ${table} input`);
				nft(`add rule inet ${table} input iifname "eth1" drop`);
			},
		],
	])("sees that it is lost: %s", async (_what, tamper) => {
		expect(await verify(pod.target, instruction, undo)).toBe("in place");
		tamper();
		expect(await verify(pod.target, instruction, undo)).toBe("lost");
		await inject(pod.target, instruction, undo);
		expect(await verify(pod.target, instruction, undo)).toBe("in place");
	});
});
