import type { Drop } from "./instruction.ts";
import { type AddressSet, addressSets, inSet, port, portsAre, type Rule, type Ruleset, through } from "./ruleset.ts";

/**
 * Place among the chains of a hook: a little before `filter` (0), so that no answer of a firewall (a reject) tells the peer that
 * somebody is there; after address translation on the way out (-100), so that the address is the one on the wire. Whether
 * another chain accepts a packet does not matter: a drop is final.
 */
const prio = -10;

/**
 * The sets and chains that drop what an instruction says.
 *
 * @param spared - addresses and CIDRs on the other side whose packets pass
 */
export function rulesetOf(drops: readonly Drop[], spared: readonly string[] = []): Ruleset {
	const passing = addressSets("spared", spared);
	const sets = drops.map(({ peers }, index) => addressSets(`drop${index}`, peers ?? []));
	const hooks = [...new Set(drops.map((drop) => drop.hook))];
	const chains = hooks.map((hook) => ({
		name: hook,
		base: { hook, prio },
		rules: [
			...passing.map((set) => [inSet(set, otherSide(hook)), { accept: null }]),
			...drops.flatMap((drop, index) => (drop.hook === hook ? rulesOf(drop, sets[index] ?? []) : [])),
		],
	}));
	return { family: "inet", sets: [...passing, ...sets.flat()], chains };
}

function otherSide(hook: Drop["hook"]): "saddr" | "daddr" {
	return hook === "input" ? "saddr" : "daddr";
}

function rulesOf({ hook, peers, port: number, device }: Drop, sets: readonly AddressSet[]): Rule[] {
	const incoming = hook === "input";
	const passes = through(incoming ? "iifname" : "oifname", device);
	const ofPort = number === undefined ? [] : [portsAre(true), port(incoming ? "sport" : "dport", "==", number)];
	const drop = { drop: null };
	if (!peers) return [[passes, ...ofPort, drop]];
	return sets.map((set) => [passes, inSet(set, otherSide(hook)), ...ofPort, drop]);
}
