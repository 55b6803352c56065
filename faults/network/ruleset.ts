import { type Family, type Range, rangesOf } from "./ranges.ts";

/** A set of addresses, as intervals. */
export interface AddressSet {
	name: string;
	family: Family;
	ranges: Range[];
}

/** A rule: the statements of nftables' JSON language, in order. */
export type Rule = readonly unknown[];

/** Where a chain stands in the network stack. */
export interface Base {
	hook: "input" | "output" | "postrouting" | "ingress";
	/** Place among the chains of the hook; lower ones come first. */
	prio: number;
	/** The device whose packets it sees; goes with `ingress`, and only with it. */
	dev?: string;
}

/** A chain: at a hook, or to jump to. */
export interface Chain {
	name: string;
	base?: Base;
	rules: Rule[];
}

/** All that a fault puts into one table of its own. */
export interface Ruleset {
	family: "inet" | "netdev";
	sets: AddressSet[];
	chains: Chain[];
}

/** Sets of a list of addresses, one for each family that it has. */
export function addressSets(name: string, peers: readonly string[]): AddressSet[] {
	return ([4, 6] as const).flatMap((family) => {
		const ranges = rangesOf(peers, family);
		return ranges.length > 0 ? [{ name: `${name}_ipv${family}`, family, ranges }] : [];
	});
}

/** Matches packets whose address is in a set. */
export function inSet({ name, family }: AddressSet, field: "saddr" | "daddr"): unknown {
	return match("==", { payload: { protocol: family === 4 ? "ip" : "ip6", field } }, `@${name}`);
}

/** Matches packets by device: through one, or through any but loopback. */
export function through(key: "iifname" | "oifname", device: string | undefined): unknown {
	return match(device === undefined ? "!=" : "==", { meta: { key } }, device ?? "lo");
}

/** Matches packets of protocols that have ports, or all others. */
export function portsAre(there: boolean): unknown {
	return match(there ? "==" : "!=", { meta: { key: "l4proto" } }, { set: ["tcp", "udp", "sctp"] });
}

/** Compares the port at one end of a packet; only for those that have ports. */
export function port(field: "sport" | "dport", op: "==" | "<" | ">=", number: number): unknown {
	return match(op, { payload: { protocol: "th", field } }, number);
}

/** A comparison, in nftables' JSON language. */
export function match(op: "==" | "!=" | "<" | ">=", left: unknown, right: unknown): unknown {
	return { match: { op, left, right } };
}
