import { type Injector, TargetGoneError } from "../../api/injector.ts";
import { command } from "../node/command.ts";
import { type Netns, podNetns, whereabouts } from "../node/netns.ts";
import { rulesetOf } from "./dropping.ts";
import type { Partition } from "./instruction.ts";
import { devicesFor, linksOf } from "./links.ts";
import { replaceTable } from "./nftables.ts";
import { dropTable, holdsTable, putTable, tableOf } from "./table.ts";

/** What taking a partition out needs: the table, and the network namespace that it is in. */
export interface PartitionUndo extends Netns {
	table: string;
}

/** Partition: one nftables table an injection in the network namespace of the pod, which drops packets at input and output. */
export const partitioner: Injector<Partition, PartitionUndo> = {
	async needs() {
		probed ??= probe();
		await probed;
	},

	async prepare(target, { drops, spared }, id) {
		const netns = podNetns(target, { onHost: spared !== undefined });
		const named = drops.flatMap(({ device }) => device ?? []);
		// To look at devices takes a process more, and nearly nobody names one.
		if (named.length > 0) devicesFor(named, (await linksOf(netns)) ?? [], `${target.namespace}/${target.pod}`);
		return { table: tableOf(id), ...netns };
	},

	async inject(_target, { drops, spared }, undo) {
		if (await putTable(undo, undo.table, [rulesetOf(drops, spared)])) return;
		throw new TargetGoneError("the pod was stopped: its network namespace is no more");
	},

	async recover(_target, undo) {
		await dropTable(undo, undo.table, ["inet"]);
	},

	async verify(target, { drops, spared }, undo) {
		const where = whereabouts(target, undo);
		if (where === "gone") return "target gone";
		// The pod's sandbox was made anew: the pod is there, on a network that knows nothing of the fault.
		if (where === "elsewhere") return "lost";
		return (await holdsTable(undo, undo.table, rulesetOf(drops, spared))) ? "in place" : "lost";
	},
};

let probed: Promise<void> | undefined;

/** Puts a table of the same make into a network namespace of its own, which ends with the command. */
async function probe(): Promise<void> {
	const ruleset = rulesetOf([
		{ hook: "input", peers: ["192.0.2.0/31", "2001:db8::/127"], device: "eth0" },
		{ hook: "output" },
	]);
	try {
		await command("nsenter", ["--version"]);
		await command("unshare", ["--net", "--", "nft", "-j", "-f", "-"], {
			input: replaceTable("pulumi_chaos_probe", ruleset),
		});
	} catch (error) {
		probed = undefined;
		throw new Error(
			`this node can't cut networks: nft, nsenter and unshare must be on the daemon's PATH and the kernel must have nftables (nf_tables, nf_tables_inet): ${(error as Error).message}`,
		);
	}
}
