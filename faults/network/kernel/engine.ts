import { type Finding, type Injector, type NodeTarget, TargetGoneError } from "../../../api/injector.ts";
import { Locks } from "../../../api/locks.ts";
import { CommandError } from "../../node/command.ts";
import { type Netns, podNetns, whereabouts } from "../../node/netns.ts";
import type { Path, Shape } from "../instruction.ts";
import { devicesFor } from "../links.ts";
import { dropTable, putTable, tableOf } from "../table.ts";
import { slotCount } from "./classes.ts";
import { addSlot, leavesBeside, prune } from "./control.ts";
import { requireFeatures } from "./features.ts";
import { marking } from "./marking.ts";
import { missingPart } from "./missing-part.ts";
import { look, type Sight } from "./sight.ts";
import { slotFor } from "./slots.ts";
import type { Leaf } from "./tree.ts";

type Hook = Path["hook"];

/** What taking a fault out needs: its tables, and the network namespace and directions that they are in. */
export interface KernelUndo extends Netns {
	engine: "kernel";
	table: string;
	hooks: Hook[];
	/** Devices whose `clsact` qdisc is ours, if they have one. */
	bare: string[];
}

const familyOf = { egress: "inet", ingress: "netdev" } as const;
/** Faults of one pod share its devices, so they take turns. */
const turns = new Locks();

/**
 * Shapes packets by what the kernel has: nftables tells which faults are for a packet, one table a fault; `htb` on a device of
 * ours leads it to the class of all faults that it matches, with a `netem` and a `tbf` at its end. No qdisc of the pod is
 * touched.
 */
export const kernelEngine: Injector<Shape, KernelUndo> = {
	needs: requireFeatures,

	async prepare(target, { paths }, id) {
		const netns = podNetns(target);
		const { links, clsact, bare } = (await look(netns)) ?? gone();
		devicesFor(devicesIn(paths), links, nameOf(target));
		const hooks = [...new Set(paths.map(({ hook }) => hook))];
		const devices = devicesFor(devicesIn(paths, "egress"), links, nameOf(target));
		const ours = devices.filter((device) => bare.includes(device) || !clsact.includes(device));
		return { engine: "kernel", table: tableOf(id), hooks, bare: ours, ...netns };
	},

	inject(target, instruction, undo) {
		return turns.run(undo.netns, async () => {
			const sight = (await look(undo)) ?? gone();
			const slot = slotFor(undo.table, sight.taken) ?? full(target);
			const own = leafOf(instruction);
			for (const hook of undo.hooks) assertOneLimit(target, sight, hook, slot, own);
			const devices = devicesByHook(target, instruction, sight);
			await addSlot(undo, sight, undo.hooks, slot, own, devices.egress, undo.bare).catch(inWords(target));
			// Only now packets are sent there.
			await putTable(undo, undo.table, marking(instruction.paths, slot, devices.ingress));
		});
	},

	recover(_target, undo) {
		return turns.run(undo.netns, async () => {
			const families = undo.hooks.map((hook) => familyOf[hook]);
			if (await dropTable(undo, undo.table, families)) await prune(undo, undo.bare);
		});
	},

	verify(target, instruction, undo) {
		return turns.run(undo.netns, async (): Promise<Finding> => {
			const where = whereabouts(target, undo);
			if (where === "gone") return { verdict: "target gone" };
			// The pod's sandbox was made anew: the pod is there, on a network that knows nothing of the fault.
			if (where === "elsewhere") return { verdict: "lost" };
			const sight = (await look(undo)) ?? gone();
			const devices = devicesByHook(target, instruction, sight);
			const missing = await missingPart(undo, sight, instruction, leafOf(instruction), devices);
			return missing === undefined ? { verdict: "in place" } : { verdict: "lost", message: missing };
		});
	},
};

function leafOf({ netem, bucket }: Shape): Leaf {
	return { ...(netem && { netem }), ...(bucket && { bucket }) };
}

function full(target: NodeTarget): never {
	throw new Error(
		`pod ${nameOf(target)} already has ${slotCount} faults that shape its packets, and no more fit; end one of them first`,
	);
}

/** Two limits of one rate would be the lower of them, which is hardly what anybody means. */
function assertOneLimit(target: NodeTarget, sight: Sight, hook: Hook, slot: number, { bucket }: Leaf): void {
	const other = [...leavesBeside(sight, hook, slot)].find(([, leaf]) => leaf.bucket)?.[0];
	if (!bucket || other === undefined) return;
	const { table = "" } = sight.taken.find((one) => one.slot === other) ?? {};
	throw new Error(
		`what pod ${nameOf(target)} ${does(hook)} already has a limit of its rate (injection ${table.replace(/^.*_/, "")}); a direction can have one: end that experiment first`,
	);
}

function does(hook: Hook): string {
	return hook === "egress" ? "sends" : "receives";
}

/** Says what the kernel means by one of its refusals. */
function inWords(target: NodeTarget): (error: unknown) => never {
	return (error) => {
		if (!(error instanceof CommandError) || !error.stderr.includes("duplicating netems")) throw error;
		throw new Error(
			`this node's kernel lets no fault that duplicates packets stand beside another one on the same packets' way; end the other experiment that delays, loses, duplicates or corrupts packets of pod ${nameOf(target)} first`,
		);
	};
}

/** The devices of each direction of an instruction. */
function devicesByHook(target: NodeTarget, { paths }: Shape, { links }: Sight): Record<Hook, string[]> {
	const of = (hook: Hook): string[] => devicesFor(devicesIn(paths, hook), links, nameOf(target));
	return { egress: of("egress"), ingress: of("ingress") };
}

/** The devices that paths name, of one direction or of both; undefined among them: any. */
function devicesIn(paths: readonly Path[], hook?: Hook): (string | undefined)[] {
	return paths.filter((path) => hook === undefined || path.hook === hook).map(({ device }) => device);
}

function gone(): never {
	throw new TargetGoneError("the pod was stopped: its network namespace is no more");
}

function nameOf({ namespace, pod }: NodeTarget): string {
	return `${namespace}/${pod}`;
}
