import type { Netns } from "../node/netns.ts";
import { ask } from "./ask.ts";

/** A network device of a pod, by `ip -j -d link show`. */
export interface Link {
	ifname: string;
	flags: string[];
	/** Text that somebody has attached to it. */
	ifalias?: string;
	linkinfo?: { info_kind?: string };
}

/** The network devices of a pod; undefined when its network namespace is no more. */
export async function linksOf(netns: Netns): Promise<Link[] | undefined> {
	const listing = await ask(netns, "ip", "-j", "-d", "link", "show");
	return listing === undefined ? undefined : (JSON.parse(listing) as Link[]);
}

/**
 * The devices that are named; where none is, all that packets leave the pod by or come in by. Throws an Error when the pod has no
 * device of a name.
 */
export function devicesFor(wanted: readonly (string | undefined)[], links: readonly Link[], pod: string): string[] {
	const known = links.filter((link) => !isOwn(link)).map(({ ifname }) => ifname);
	for (const device of wanted) {
		if (device !== undefined && !known.includes(device)) {
			throw new Error(
				`pod ${pod} has no network device ${JSON.stringify(device)}; it has ${known.join(", ")}: name one of them, or none for all but lo`,
			);
		}
	}
	const outside = links.filter((link) => !isOwn(link) && link.flags.includes("UP") && !link.flags.includes("LOOPBACK"));
	const all = wanted.includes(undefined) ? outside.map(({ ifname }) => ifname) : [];
	return [...new Set([...all, ...wanted.filter((device) => device !== undefined)])].sort();
}

/** Begins the name of every device that a fault makes. */
export const ownPrefix = "pchaos-";

function isOwn({ ifname }: Link): boolean {
	return ifname.startsWith(ownPrefix);
}
