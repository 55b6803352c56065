import { describe, expect, it } from "vitest";
import { slotFor, slotsIn } from "../../../../faults/network/kernel/slots.ts";
import { type Leaf, leafLines, leavesFor, pruneLines, treeIn } from "../../../../faults/network/kernel/tree.ts";

const delay = (latency: number) => ({ netem: { delay: { latency, jitter: 0, correlation: 0 } } });
const bucket = { rate: 8_000_000, limit: 150_000, buffer: 10_000 };

describe("leavesFor", () => {
	it("has a leaf for a slot alone and with each combination of the others", () => {
		const leaves = leavesFor(
			1,
			delay(10),
			new Map<number, Leaf>([
				[0, delay(1)],
				[2, { bucket }],
			]),
		);
		expect(Object.fromEntries(leaves)).toEqual({
			2: delay(10),
			3: delay(11),
			6: { ...delay(10), bucket },
			7: { ...delay(11), bucket },
		});
	});
});

describe("leafLines", () => {
	it("puts all classes with a bucket under one that they share", () => {
		const lines = leafLines("d", { bucket }, leavesFor(0, { bucket }, new Map([[1, delay(10)]])));
		expect(lines).toEqual([
			"class replace dev d parent 7c05: classid 7c05:8000 htb rate 8000000bit burst 10000b ceil 8000000bit cburst 10000b quantum 60000",
			"class replace dev d parent 7c05:8000 classid 7c05:1 htb rate 125000bit burst 64b ceil 100gbit cburst 1mb quantum 60000",
			"qdisc replace dev d parent 7c05:1 handle 2001: tbf rate 8000000bit burst 10000b limit 150000b",
			"class replace dev d parent 7c05:8000 classid 7c05:3 htb rate 125000bit burst 64b ceil 100gbit cburst 1mb quantum 60000",
			"qdisc replace dev d parent 7c05:3 handle 1003: netem limit 10000 delay 10us",
			"qdisc replace dev d parent 1003:1 handle 2003: tbf rate 8000000bit burst 10000b limit 150000b",
		]);
	});
});

describe("treeIn", () => {
	const root = { kind: "htb", handle: "7c05:", dev: "d", root: true, options: {} } as const;

	it("reads what each class does", () => {
		const tree = treeIn([
			root,
			{ kind: "netem", handle: "1003:", dev: "d", parent: "7c05:3", options: { delay: { delay: 0.00001 }, gap: 0 } },
			{
				kind: "tbf",
				handle: "2003:",
				dev: "d",
				parent: "1003:1",
				options: { rate: 1_000_000, burst: 10_000, limit: 150_000 },
			},
		]);
		expect(Object.fromEntries(tree ?? [])).toEqual({ 3: { ...delay(10), bucket } });
	});

	it("knows when the qdisc is not ours", () => {
		expect(treeIn([])).toBeUndefined();
		expect(treeIn([{ ...root, handle: "1:" }])).toBeUndefined();
	});
});

describe("pruneLines", () => {
	const listing = [
		"class htb 7c05:8000 root rate 8Mbit ceil 8Mbit burst 10000b cburst 10000b ",
		"class htb 7c05:1 parent 7c05:8000 leaf 2001: prio 0 rate 125Kbit",
		"class htb 7c05:2 root leaf 1002: prio 0 rate 100Gbit",
		"class htb 7c05:3 parent 7c05:8000 leaf 1003: prio 0 rate 125Kbit",
		"class tbf 2001:1 parent 2001: ",
	].join("\n");
	const tree = new Map<number, Leaf>([
		[1, { bucket }],
		[2, delay(10)],
		[3, { ...delay(10), bucket }],
	]);

	it("ends the classes of slots that nobody has, and the shared one with the last that needs it", () => {
		expect(pruneLines("d", listing, [0], tree)).toEqual([
			"class delete dev d classid 7c05:2",
			"class delete dev d classid 7c05:3",
		]);
		expect(pruneLines("d", listing, [1], tree)).toEqual([
			"class delete dev d classid 7c05:1",
			"class delete dev d classid 7c05:3",
			"class delete dev d classid 7c05:8000",
		]);
		expect(pruneLines("d", listing, [0, 1], tree)).toEqual([]);
	});
});

describe("slots", () => {
	const chain = (family: string, table: string, name: string) => ({ chain: { family, table, name } });
	const taken = slotsIn(
		JSON.stringify({
			nftables: [
				{ metainfo: {} },
				chain("inet", "pulumi_chaos_a", "out"),
				chain("inet", "pulumi_chaos_a", "slot0"),
				chain("netdev", "pulumi_chaos_b", "slot2"),
				chain("inet", "mesh", "slot1"),
			],
		}),
	);

	it("are those of our tables", () => {
		expect(taken).toEqual([
			{ table: "pulumi_chaos_a", hook: "egress", slot: 0 },
			{ table: "pulumi_chaos_b", hook: "ingress", slot: 2 },
		]);
	});

	it("are kept, or given out from the lowest one", () => {
		expect([slotFor("pulumi_chaos_b", taken), slotFor("pulumi_chaos_c", taken)]).toEqual([2, 1]);
		const all = [0, 1, 2, 3, 4, 5].map((slot) => ({ table: `pulumi_chaos_${slot}`, hook: "egress" as const, slot }));
		expect(slotFor("pulumi_chaos_c", all)).toBeUndefined();
	});
});
