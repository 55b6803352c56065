import type { Path } from "../instruction.ts";
import { type PathSets, rulesOf, withSets } from "../paths.ts";
import { type Chain, match, type Rule, type Ruleset } from "../ruleset.ts";
import { bitOf, classOf, flag, major } from "./classes.ts";
import { deviceOfHook } from "./device.ts";

/** After all that translates addresses on the way out, so that the address is the one on the wire. */
const outgoing = 300;
/** After what others do with a packet that comes in; what hands it over comes right behind all that marks it. */
const incoming = 100;

/**
 * What a fault puts into its tables: chains that add its bit to the priority of the packets that it is for. On the way out they
 * get a mark, by which a filter at the device hands them to the qdisc; what comes in is handed over by nftables itself.
 *
 * @param devices those that the pod receives packets by
 */
export function marking(paths: readonly Path[], slot: number, devices: readonly string[]): Ruleset[] {
	const { egress = [], ingress = [] } = Object.groupBy(withSets(paths), ({ path }) => path.hook);
	return [
		...(egress.length > 0 ? [egressRules(egress, slot)] : []),
		...(ingress.length > 0 ? [ingressRules(ingress, slot, devices)] : []),
	];
}

function egressRules(paths: readonly PathSets[], slot: number): Ruleset {
	const base = { hook: "postrouting", prio: outgoing } as const;
	const marked = mangle({ meta: { key: "mark" } }, { "|": [{ meta: { key: "mark" } }, flag] });
	return {
		family: "inet",
		sets: setsOf(paths),
		chains: [
			{ name: "out", base, rules: jumps(paths, slot) },
			{ ...adding(slot), rules: [...adding(slot).rules, [marked]] },
		],
	};
}

function ingressRules(paths: readonly PathSets[], slot: number, devices: readonly string[]): Ruleset {
	const isMarked = match("==", { "&": [{ meta: { key: "priority" } }, "ffff:0"] }, `${major}:0`);
	const handOver: Rule = [isMarked, { fwd: { dev: deviceOfHook("ingress") } }];
	return {
		family: "netdev",
		sets: setsOf(paths),
		chains: [
			...devices.flatMap((dev, index): Chain[] => [
				{ name: `in${index}`, base: { hook: "ingress", dev, prio: incoming }, rules: jumps(paths, slot) },
				{ name: `over${index}`, base: { hook: "ingress", dev, prio: incoming + 1 }, rules: [handOver] },
			]),
			adding(slot),
		],
	};
}

function setsOf(paths: readonly PathSets[]): Ruleset["sets"] {
	return paths.flatMap(({ sets }) => sets ?? []);
}

function jumps(paths: readonly PathSets[], slot: number): Rule[] {
	return paths.flatMap((path) => rulesOf(path, [{ jump: { target: slotChain(slot) } }]));
}

/** Adds the bit of a slot, to what other faults have added or to nothing: programs and devices set priorities too. */
function adding(slot: number): Chain {
	const priority = { meta: { key: "priority" } };
	return {
		name: slotChain(slot),
		rules: [
			[match("!=", { "&": [priority, "ffff:0"] }, `${major}:0`), mangle(priority, `${major}:0`)],
			[mangle(priority, { "|": [priority, classOf(bitOf(slot))] })],
		],
	};
}

function mangle(key: unknown, value: unknown): unknown {
	return { mangle: { key, value } };
}

/** Name of the chain that adds the bit of a slot: by it the slots that are taken are known. */
export function slotChain(slot: number): string {
	return `slot${slot}`;
}

/** The slot of such a chain; undefined when it is another chain. */
export function slotOf(chain: string): number | undefined {
	const [, digit] = /^slot(\d)$/.exec(chain) ?? [];
	return digit === undefined ? undefined : Number(digit);
}
