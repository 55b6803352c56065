import type { Shape } from "../instruction.ts";
import { holdsTable } from "../table.ts";
import { handsOver, leavesBeside } from "./control.ts";
import { deviceOfHook } from "./device.ts";
import type { KernelUndo } from "./engine.ts";
import { marking } from "./marking.ts";
import { ownLink, type Sight } from "./sight.ts";
import { type Leaf, leavesFor, sameLeaf } from "./tree.ts";

/**
 * What of a fault is not in place, as a sentence; undefined when all is.
 *
 * @param devices those of each direction that the fault is for
 */
export async function missingPart(
	undo: KernelUndo,
	sight: Sight,
	{ paths }: Shape,
	own: Leaf,
	devices: Readonly<Record<"egress" | "ingress", readonly string[]>>,
): Promise<string | undefined> {
	const slot = sight.taken.find(({ table }) => table === undo.table)?.slot;
	if (slot === undefined) return "its nftables table is gone";
	for (const rules of marking(paths, slot, devices.ingress)) {
		if (!(await holdsTable(undo, undo.table, rules))) return `its nftables table (${rules.family}) was changed`;
	}
	for (const hook of undo.hooks) {
		const device = deviceOfHook(hook);
		if (!ownLink(sight, hook)?.flags.includes("UP")) return `device ${device} is gone or down`;
		const tree = sight.trees[hook];
		for (const [bits, leaf] of leavesFor(slot, own, leavesBeside(sight, hook, slot))) {
			if (!sameLeaf(tree?.get(bits), leaf)) return `the qdiscs of device ${device} were changed`;
		}
	}
	for (const device of devices.egress) {
		if (!(await handsOver(undo, sight, device))) return `the filter of device ${device} is gone`;
	}
	return undefined;
}
