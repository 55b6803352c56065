import type { Drop } from "./instruction.ts";
import { type Family, type Range, rangesOf } from "./ranges.ts";

/** A set of addresses, as intervals. */
export interface AddressSet {
	name: string;
	family: Family;
	ranges: Range[];
}

/** A rule: the statements of nftables' JSON language, in order. */
export type Rule = readonly unknown[];

/** A chain at a hook of the network stack. */
export interface Chain {
	hook: Drop["hook"];
	rules: Rule[];
}

/** All that a partition puts into its table. */
export interface Ruleset {
	sets: AddressSet[];
	chains: Chain[];
}

/**
 * Place among the chains of a hook: a little before `filter` (0), so that no answer of a firewall (a reject) tells the peer that
 * somebody is there; after address translation on the way out (-100), so that the address is the one on the wire. Whether
 * another chain accepts a packet does not matter: a drop is final.
 */
export const priority = -10;

/** The sets and chains that drop what an instruction says. */
export function rulesetOf(drops: readonly Drop[]): Ruleset {
	const sets = drops.flatMap(addressSets);
	const hooks = [...new Set(drops.map((drop) => drop.hook))];
	const chains = hooks.map((hook) => ({
		hook,
		rules: drops.flatMap((drop, index) => (drop.hook === hook ? rulesOf(drop, setsOf(sets, index)) : [])),
	}));
	return { sets, chains };
}

function addressSets({ peers }: Drop, index: number): AddressSet[] {
	return ([4, 6] as const).flatMap((family) => {
		const ranges = rangesOf(peers ?? [], family);
		return ranges.length > 0 ? [{ name: setName(index, family), family, ranges }] : [];
	});
}

function setName(index: number, family: Family): string {
	return `drop${index}_ipv${family}`;
}

function setsOf(sets: readonly AddressSet[], index: number): AddressSet[] {
	return sets.filter(({ name, family }) => name === setName(index, family));
}

function rulesOf({ hook, peers, port, device }: Drop, sets: readonly AddressSet[]): Rule[] {
	const key = hook === "input" ? "iifname" : "oifname";
	const through = match(device === undefined ? "!=" : "==", { meta: { key } }, device ?? "lo");
	const ofPort =
		port === undefined
			? []
			: [
					// Other protocols have something else where these have their ports.
					match("==", { meta: { key: "l4proto" } }, { set: ["tcp", "udp", "sctp"] }),
					match("==", { payload: { protocol: "th", field: hook === "input" ? "sport" : "dport" } }, port),
				];
	const drop = { drop: null };
	if (!peers) return [[through, ...ofPort, drop]];
	const field = hook === "input" ? "saddr" : "daddr";
	return sets.map(({ name, family }) => [
		through,
		match("==", { payload: { protocol: family === 4 ? "ip" : "ip6", field } }, `@${name}`),
		...ofPort,
		drop,
	]);
}

function match(op: "==" | "!=", left: unknown, right: unknown): unknown {
	return { match: { op, left, right } };
}
