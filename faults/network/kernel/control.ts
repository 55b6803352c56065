import { step } from "../../../api/step.ts";
import { type Netns, runInNetns } from "../../node/netns.ts";
import { ask } from "../ask.ts";
import type { Path } from "../instruction.ts";
import { slotOfBit } from "./classes.ts";
import {
	creation,
	deletion,
	deviceOfHook,
	type Filters,
	filter,
	hasOthers,
	hasOurs,
	leadsToOurs,
	noFilter,
	note,
} from "./device.ts";
import { look, ownLink, type Sight, slotsOf } from "./sight.ts";
import { type Leaf, leafLines, leavesFor, pruneLines, rootLine } from "./tree.ts";

type Hook = Path["hook"];

/** Has `ip` and `tc` do all lines of a text. */
const batch = ["-batch", "-"];

/** What each fault of a direction does alone, by its slot; without one slot. */
export function leavesBeside(sight: Sight, hook: Hook, slot: number): Map<number, Leaf> {
	const slots = slotsOf(sight, hook).filter((other) => other !== slot);
	const leaves = [...(sight.trees[hook] ?? [])].map(([bits, leaf]) => [slotOfBit(bits), leaf] as const);
	return new Map(leaves.flatMap(([of, leaf]) => (of !== undefined && slots.includes(of) ? [[of, leaf]] : [])));
}

/**
 * Makes our devices and their qdiscs if they are not there, the classes of a slot, alone and with each of the others, and the
 * filters that hand packets over.
 *
 * @param devices those that packets are sent by; empty when none are shaped on the way out
 * @param bare devices whose `clsact` qdisc is ours, if they have one
 */
export async function addSlot(
	netns: Netns,
	sight: Sight,
	hooks: readonly Hook[],
	slot: number,
	own: Leaf,
	devices: readonly string[],
	bare: readonly string[],
): Promise<void> {
	const missing = hooks.filter((hook) => !ownLink(sight, hook)?.flags.includes("UP"));
	const added = devices.filter((device) => !sight.clsact.includes(device));
	const noted = [...new Set([...sight.bare, ...bare, ...added])].sort();
	const ipLines = [
		...missing.map((hook) => (ownLink(sight, hook) ? `link set dev ${deviceOfHook(hook)} up` : creation(hook))),
		...(devices.length > 0 && noted.join() !== sight.bare.join() ? [note(noted)] : []),
	];
	if (ipLines.length > 0) await step("ifb-add", () => runInNetns(netns, "ip", batch, textOf(ipLines)));
	const tcLines = [
		...hooks.flatMap((hook) => [
			...(sight.trees[hook] ? [] : [rootLine(deviceOfHook(hook))]),
			...leafLines(deviceOfHook(hook), own, leavesFor(slot, own, leavesBeside(sight, hook, slot))),
		]),
		...added.map((device) => `qdisc add dev ${device} clsact`),
		...devices.map(filter),
	];
	await step("tc-add", () => runInNetns(netns, "tc", batch, textOf(tcLines)));
}

/** Ends all that belongs to no slot that is taken, also what a crash has left; with the last one nothing of ours is left. */
export async function prune(netns: Netns, bare: readonly string[]): Promise<void> {
	const sight = await look(netns);
	if (!sight) return;
	const hooks = ["egress", "ingress"] as const;
	const unused = hooks.filter((hook) => slotsOf(sight, hook).length === 0);
	const tcLines: string[] = [];
	for (const hook of hooks) {
		if (hook === "egress" && unused.includes(hook)) tcLines.push(...(await endedFilters(netns, sight, bare)));
		else if (!unused.includes(hook) && ownLink(sight, hook)) tcLines.push(...(await endedClasses(netns, sight, hook)));
	}
	const ending = unused.filter((hook) => ownLink(sight, hook));
	if (tcLines.length > 0) await step("tc-delete", () => runInNetns(netns, "tc", batch, textOf(tcLines)));
	if (ending.length === 0) return;
	await step("ifb-delete", () => runInNetns(netns, "ip", batch, textOf(ending.map(deletion))));
}

async function endedClasses(netns: Netns, sight: Sight, hook: Hook): Promise<string[]> {
	const device = deviceOfHook(hook);
	const listing = (await ask(netns, "tc", "class", "show", "dev", device)) ?? "";
	return pruneLines(device, listing, slotsOf(sight, hook), sight.trees[hook] ?? new Map());
}

/** Takes our filters off all devices, and the `clsact` qdiscs that we have made and that nobody else uses. */
async function endedFilters(netns: Netns, sight: Sight, known: readonly string[]): Promise<string[]> {
	const bare = [...sight.bare, ...known];
	const lines: string[] = [];
	for (const device of sight.clsact) {
		const filters = await filtersOf(netns, device);
		if (bare.includes(device) && !hasOthers(filters)) lines.push(`qdisc delete dev ${device} clsact`);
		else if (hasOurs(filters)) lines.push(noFilter(device));
	}
	return lines;
}

async function filtersOf(netns: Netns, device: string): Promise<Filters> {
	const [ingress = "[]", egress = "[]"] = await Promise.all([
		ask(netns, "tc", "-j", "filter", "show", "dev", device, "ingress"),
		ask(netns, "tc", "-j", "filter", "show", "dev", device, "egress"),
	]);
	return { ingress, egress };
}

/** Whether marked packets of a device are handed over. */
export async function handsOver(netns: Netns, { clsact }: Sight, device: string): Promise<boolean> {
	if (!clsact.includes(device)) return false;
	const egress = await ask(netns, "tc", "-j", "filter", "show", "dev", device, "egress");
	return leadsToOurs(egress ?? "[]");
}

function textOf(lines: readonly string[]): string {
	return lines.map((line) => `${line}\n`).join("");
}
