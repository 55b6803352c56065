import type { Netns } from "../../node/netns.ts";
import { ask } from "../ask.ts";
import type { Path } from "../instruction.ts";
import { type Link, linksOf } from "../links.ts";
import { bareDevices, deviceOfHook } from "./device.ts";
import { type Taken, takenSlots } from "./slots.ts";
import { type Qdisc, type Tree, treeIn } from "./tree.ts";

/** What is to be seen in a pod's network namespace of the faults that shape its packets, and of what they work on. */
export interface Sight {
	links: readonly Link[];
	/** The slots that faults have taken. */
	taken: readonly Taken[];
	/** What each class of a direction does; undefined when our qdisc is not there. */
	trees: Readonly<Record<Path["hook"], Tree | undefined>>;
	/** Devices that have a `clsact` qdisc, and those where it is ours. */
	clsact: readonly string[];
	bare: readonly string[];
}

/** Looks at a pod's network namespace; undefined when it is no more. */
export async function look(netns: Netns): Promise<Sight | undefined> {
	const [links, taken, listing] = await Promise.all([
		linksOf(netns),
		takenSlots(netns),
		ask(netns, "tc", "-j", "-r", "qdisc", "show"),
	]);
	if (!links || !taken || listing === undefined) return undefined;
	const qdiscs = JSON.parse(listing) as Qdisc[];
	const of = (hook: Path["hook"]) => treeIn(qdiscs.filter(({ dev }) => dev === deviceOfHook(hook)));
	return {
		links,
		taken,
		trees: { egress: of("egress"), ingress: of("ingress") },
		clsact: qdiscs.flatMap(({ kind, dev }) => (kind === "clsact" ? [dev] : [])),
		bare: bareDevices(links),
	};
}

/** The link of ours that a direction goes through; undefined when it is not there. */
export function ownLink({ links }: Sight, hook: Path["hook"]): Link | undefined {
	return links.find(({ ifname }) => ifname === deviceOfHook(hook));
}

/** The slots that are taken for a direction. */
export function slotsOf({ taken }: Pick<Sight, "taken">, hook: Path["hook"]): number[] {
	return taken.filter((one) => one.hook === hook).map(({ slot }) => slot);
}
