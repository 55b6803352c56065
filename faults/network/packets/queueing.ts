import type { Path } from "../instruction.ts";
import { rulesOf, withSets } from "../paths.ts";
import { match, type Rule, type Ruleset } from "../ruleset.ts";
import { markOf, type Placed, slots } from "./engine.ts";

/**
 * How a rule leads packets to a queue: by nftables' own `queue`, or by the target NFQUEUE of iptables, which `nft` can show and
 * not write.
 */
export type QueueForm = "queue" | "target";

/** After address translation on the way out (-100), and before what filters and what cuts off (-10): the slots are in between. */
const first = -90;

/** The directions of paths, in the order of their queues. */
export function hooksOf(paths: readonly Path[]): Path["hook"][] {
	return (["egress", "ingress"] as const).filter((hook) => paths.some((path) => path.hook === hook));
}

/** Name of the chain that leads to the queue of a direction. */
export function queueChain(hook: Path["hook"]): string {
	return `queue_${hook}`;
}

/**
 * The table that leads the packets of paths to the queues of an injection. Of several injections that a packet is for, the one
 * with the lower slot has it first; what the engine sends again passes by all that have had it.
 *
 * @param form - undefined: without the rules that only `nft` has no words for
 */
export function queueing(paths: readonly Path[], { slot, queues }: Placed, form: QueueForm | undefined): Ruleset {
	const sets = withSets(paths);
	const hooks = hooksOf(paths);
	return {
		family: "inet",
		sets: sets.flatMap(({ sets: own }) => own ?? []),
		chains: [
			...hooks.map((hook) => ({
				name: hook,
				base: { hook: hook === "egress" ? ("output" as const) : ("input" as const), prio: first + slot },
				rules: [
					...(hook === "egress" ? [passBy(slot)] : []),
					...sets.filter(({ path }) => path.hook === hook).flatMap((each) => rulesOf(each, jump(hook))),
				],
			})),
			...hooks.map((hook, index) => ({ name: queueChain(hook), rules: queueRules(form, queues[index] ?? 0) })),
		],
	};
}

function jump(hook: Path["hook"]): Rule {
	return [{ jump: { target: queueChain(hook) } }];
}

/** Lets through what this slot, or a higher one, has sent again. */
function passBy(slot: number): Rule {
	return [
		match(">=", { meta: { key: "mark" } }, markOf(slot)),
		match("<", { meta: { key: "mark" } }, markOf(slots)),
		{ return: null },
	];
}

function queueRules(form: QueueForm | undefined, number: number): Rule[] {
	if (form === undefined) return [];
	if (form === "target") return [[{ xt: { type: "target", name: "NFQUEUE" } }]];
	return [[{ queue: { num: number, flags: "bypass" } }]];
}
