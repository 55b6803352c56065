import { isDeepStrictEqual } from "node:util";
import type { Native } from "../node/native.ts";
import { parseVdso } from "./elf.ts";
import type { Patch } from "./patch.ts";
import { isGone, type Region, readMemory, vdsoOf } from "./process-memory.ts";
import { mostShares, type Share } from "./shares.ts";
import { BusyError, type Range, type StoppedProcess, whileStopped } from "./stopped.ts";

/** What a look at the clocks of a process says. */
export interface ProcessClock extends Region {
	pid: number;
	/** Its vDSO. */
	image: Buffer;
}

/**
 * Looks at the vDSO of a process, whatever it is; undefined when the process has ended, or is about to begin another program.
 *
 * @throws Error when it has none, or may not be looked at.
 */
export function lookAt(native: Native, pid: number): ProcessClock | undefined {
	const region = vdsoOf(pid);
	if (region === "gone") return undefined;
	if (!region) {
		throw new Error(`process ${pid} has no vDSO: it asks the kernel for the time, which has one for all processes`);
	}
	try {
		return { pid, ...region, image: readMemory(native, pid, region) };
	} catch (error) {
		if (isGone(error)) return undefined;
		throw error;
	}
}

/** @throws Error when the clocks of a process can't be moved: its vDSO is not the kernel's usual one, with our changes or without. */
export function assertMovable(patch: Patch, { pid, image }: ProcessClock): void {
	try {
		parseVdso(image);
	} catch (error) {
		throw new Error(`process ${pid}: ${(error as Error).message}`);
	}
	if (image.length !== patch.pristine.length || patch.isForeign(image)) {
		throw new Error(
			`the clocks of process ${pid} were changed by somebody else, such as Chaos Mesh or a debugger; end that first`,
		);
	}
}

/** Whether a process has just this share, in use. */
export function hasShare(patch: Patch, { image }: ProcessClock, share: Share): boolean {
	const shares = patch.sharesIn(image);
	return shares.some((own) => isDeepStrictEqual(own, share)) && patch.isWhole(image, shares);
}

/** Adds a share to the clocks of a process, or changes it. @throws BusyError, and Error when there are too many. */
export function addShare(native: Native, patch: Patch, clock: ProcessClock, share: Share): void {
	change(native, patch, clock, (process, { address, image }) => {
		const others = patch.sharesIn(image).filter(({ id }) => id !== share.id);
		assertRoom(clock.pid, others);
		// The jumps come last: whatever ends in between, the process never runs into half of our code.
		for (const piece of [patch.data([...others, share]), patch.code, ...patch.entries]) process.write(address, piece);
	});
}

/** @throws Error when a process has as many shares as there can be. */
export function assertRoom(pid: number, others: readonly Share[]): void {
	if (others.length < mostShares) return;
	const ids = others.map(({ id }) => id).join(", ");
	throw new Error(
		`${mostShares} TimeChaos are in place on process ${pid} already (${ids}), which is as many as there can be; end one`,
	);
}

/** Takes a share away. Without any left, the process reads the clocks by its own code again; ours is still there: see {@link wipe}. */
export function takeShare(native: Native, patch: Patch, clock: ProcessClock, id: string): void {
	change(native, patch, clock, (process, { address, image }) => {
		const others = patch.sharesIn(image).filter((share) => share.id !== id);
		const back = others.length > 0 ? [] : patch.entries.map((entry) => patch.original(entry));
		for (const piece of [...back, patch.data(others)]) process.write(address, piece);
	});
}

/** Threads of processes that have been seen outside of the vDSO since nothing leads to our code: none of them goes there again. */
export type SeenOutside = Map<number, Set<number>>;

/**
 * Gives back the room of our code, when nothing leads to it and no thread is in a function that was called from there.
 *
 * @throws BusyError until each thread has been seen outside.
 */
export function wipe(native: Native, patch: Patch, clock: ProcessClock, seen: SeenOutside): void {
	change(native, patch, clock, (process, { pid, address, image }) => {
		if (patch.sharesIn(image).length > 0) return;
		const outside = seen.get(pid) ?? new Set();
		seen.set(pid, outside);
		if (!process.haveLeft({ from: address, to: address + image.length }, outside)) {
			throw new BusyError(`threads of process ${pid} are reading the clock all the time`);
		}
		process.write(address, patch.nothing);
	});
}

/** Stops a process and does something about its vDSO as it is then. */
function change(
	native: Native,
	patch: Patch,
	{ pid, address }: ProcessClock,
	action: (process: StoppedProcess, now: ProcessClock) => void,
): void {
	try {
		const avoided = patch.avoided.map((range) => at(address, range));
		whileStopped(native, pid, avoided, (process) => {
			const now = lookAt(native, pid);
			// It may have begun another program, which has its vDSO elsewhere.
			if (now?.address !== address) return;
			assertMovable(patch, now);
			action(process, now);
		});
	} catch (error) {
		if (!isGone(error)) throw error;
	}
}

function at(address: number, { from, to }: Range): Range {
	return { from: address + from, to: address + to };
}
