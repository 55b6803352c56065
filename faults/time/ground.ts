import { readFileSync } from "node:fs";
import { loadNative, type Native } from "../node/native.ts";
import { Patch } from "./patch.ts";
import { readMemory, vdsoIn } from "./process-memory.ts";

/** What moving clocks on this node stands on. */
export interface Ground {
	native: Native;
	patch: Patch;
}

let ground: Promise<Ground> | undefined;

/**
 * System calls, and the change to the vDSO of this node's kernel: the daemon's own is the one that all processes have.
 *
 * @throws Error when clocks can't be moved on this node, with the reason.
 */
export function timeGround(): Promise<Ground> {
	ground ??= prepare().catch((error: Error) => {
		ground = undefined;
		throw new Error(`the clocks of processes can't be moved on this node: ${error.message}`);
	});
	return ground;
}

async function prepare(): Promise<Ground> {
	const native = await loadNative();
	const region = vdsoIn(readFileSync("/proc/self/maps", "latin1"));
	if (!region) throw new Error("its kernel gives processes no vDSO (it runs with vdso=0)");
	return { native, patch: new Patch(readMemory(native, process.pid, region)) };
}
