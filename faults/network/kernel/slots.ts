import { isObject } from "../../../api/json.ts";
import type { Netns } from "../../node/netns.ts";
import { ask } from "../ask.ts";
import type { Path } from "../instruction.ts";
import { isOurs } from "../table.ts";
import { slotCount } from "./classes.ts";
import { slotOf } from "./marking.ts";

/** A slot that a fault has taken for a direction. */
export interface Taken {
	table: string;
	hook: Path["hook"];
	slot: number;
}

/** The slots that are taken in a pod's network namespace, by its tables; undefined when the namespace is no more. */
export async function takenSlots(netns: Netns): Promise<Taken[] | undefined> {
	const listing = await ask(netns, "nft", "-j", "list", "chains");
	return listing === undefined ? undefined : slotsIn(listing);
}

/** The slots in the output of `nft -j list chains`. */
export function slotsIn(listing: string): Taken[] {
	const { nftables } = Object(JSON.parse(listing)) as { nftables: unknown };
	if (!Array.isArray(nftables)) return [];
	return nftables.flatMap((entry): Taken[] => {
		const { family, table, name } = Object(isObject(entry) ? entry["chain"] : undefined) as Record<string, unknown>;
		const slot = slotOf(String(name));
		if (slot === undefined || typeof table !== "string" || !isOurs(table)) return [];
		return [{ table, hook: family === "netdev" ? "ingress" : "egress", slot }];
	});
}

/** The slot of a table, or the lowest one that is free; undefined when all are taken. */
export function slotFor(table: string, taken: readonly Taken[]): number | undefined {
	const own = taken.find((one) => one.table === table);
	if (own) return own.slot;
	return Array.from({ length: slotCount }, (_, slot) => slot).find((slot) => taken.every((one) => one.slot !== slot));
}
