import { release } from "node:os";
import { command } from "../../node/command.ts";
import type { Shape } from "../instruction.ts";
import { replaceTable } from "../nftables.ts";
import { marking } from "./marking.ts";

/** Something that the kernel must have, and a try that fails where it is missing. */
interface Feature {
	/** Its module. */
	module: string;
	/** What is done with it. */
	use: string;
	/** Tries it, in a network namespace of its own that ends with the command and has the device `lo`. */
	attempt(): Promise<unknown>;
}

const root = ["qdisc", "add", "dev", "lo", "root"];
const netem: Feature = {
	module: "sch_netem",
	use: "delay, lose, duplicate, corrupt and reorder packets",
	attempt: () => probe("tc", [...root, "netem", "delay", "1ms"]),
};
const tbf: Feature = {
	module: "sch_tbf",
	use: "limit rates",
	attempt: () => probe("tc", [...root, "tbf", "rate", "1mbit", "burst", "3000b", "limit", "3000b"]),
};
const always: readonly Feature[] = [
	{ module: "sch_htb", use: "shape packets", attempt: () => probe("tc", [...root, "htb"]) },
	{
		module: "ifb",
		use: "shape packets",
		attempt: () => probe("ip", ["link", "add", "name", "probe", "type", "ifb"]),
	},
];
const outgoing: Feature = {
	module: "cls_u32 and act_mirred",
	use: "shape what pods send",
	attempt: () =>
		probe(
			"tc",
			["-batch", "-"],
			"qdisc add dev lo clsact\nfilter add dev lo egress protocol all u32 match mark 1 1 action mirred egress redirect dev lo\n",
		),
};
const tables = (hook: "egress" | "ingress"): Feature => ({
	module: hook === "egress" ? "nf_tables" : "nf_tables and nft_fwd_netdev",
	use: hook === "egress" ? "shape what pods send" : "shape what pods receive",
	attempt: () => {
		const rules = marking([{ hook, peers: ["192.0.2.0/31", "2001:db8::/127"], port: 1, part: "rest" }], 0, ["lo"]);
		// In an empty namespace there is only this device to hand packets to.
		const text = replaceTable("pulumi_chaos_probe", ...rules).replaceAll("pchaos-in", "lo");
		return probe("nft", ["-j", "-f", "-"], text);
	},
});
const hooks = { egress: [outgoing, tables("egress")], ingress: [tables("ingress")] };

/** Throws an Error that names what this node's kernel lacks for an instruction. */
export async function requireFeatures({ paths, netem: packets, bucket }: Shape): Promise<void> {
	await requireTools();
	const used = new Set(paths.map(({ hook }) => hook));
	const needed = [
		...(packets ? [netem] : []),
		...(bucket ? [tbf] : []),
		...always,
		...[...used].flatMap((hook) => hooks[hook]),
	];
	for (const feature of needed) await requireFeature(feature);
}

const found = new Map<string, Promise<unknown>>();

/** What was found is not looked for again; what is missing may be loaded later. */
async function requireFeature({ module, use, attempt }: Feature): Promise<void> {
	const tried = found.get(module) ?? attempt();
	found.set(module, tried);
	try {
		await tried;
	} catch (error) {
		found.delete(module);
		throw new Error(
			`this node's kernel (${release()}) lacks ${module}, so it can't ${use}; load it (modprobe; Debian and Ubuntu have more modules in linux-modules-extra) or choose pods on other nodes: ${(error as Error).message}`,
		);
	}
}

async function requireTools(): Promise<void> {
	for (const [tool, version] of [
		["nsenter", "--version"],
		["unshare", "--version"],
		["nft", "--version"],
		["tc", "-V"],
		["ip", "-V"],
	] as const) {
		const tried = found.get(tool) ?? probeTool(tool, version);
		found.set(tool, tried);
		await tried.catch((error: Error) => {
			found.delete(tool);
			throw new Error(`this node can't shape packets: ${error.message}`);
		});
	}
}

function probe(file: string, args: readonly string[], input?: string): Promise<string> {
	return command("unshare", ["--net", "--", file, ...args], input === undefined ? {} : { input });
}

function probeTool(tool: string, version: string): Promise<string> {
	return command(tool, [version]);
}
