import { setTimeout as sleep } from "node:timers/promises";
import { type Injector, type NodeTarget, TargetGoneError } from "../../api/injector.ts";
import { step } from "../../api/step.ts";
import { containerName, containerProcesses } from "../node/container.ts";
import { processes } from "../node/processes.ts";
import { type Ground, timeGround } from "./ground.ts";
import { type Held, HeldFaults } from "./held.ts";
import { assertInstruction, shareOf } from "./instruction.ts";
import { NewcomerClocks, putInto } from "./newcomer-clocks.ts";
import type { TimeInstruction } from "./plan.ts";
import {
	assertMovable,
	assertRoom,
	hasShare,
	lookAt,
	type ProcessClock,
	type SeenOutside,
	takeShare,
	wipe,
} from "./process-clock.ts";
import { BusyError } from "./stopped.ts";

/** What taking it out needs besides the target: the processes themselves hold what each injection has added. */
export interface TimeUndo {
	id: string;
}

/** Milliseconds that go by until code that nothing leads to is wiped: far more than handlers of signals take. */
const graceMs = 20;
/** How often, and with which pauses in milliseconds, a container is looked at in which a program begins. */
const calmLooks = 50;
const calmMs = 20;
/** First and longest wait for what is too busy to be changed: threads must get their turn on a node that has much to do. */
const tryAgainMs = { first: 5, longest: 100 };
/** How long processes may be too busy to be changed. */
const patienceMs = 10_000;

const faults = new HeldFaults();
const newcomers = new NewcomerClocks(faults);

/** TimeChaos: changes the code by which the processes of a container read their clocks (docs/daemon.md, Time). */
export const timeInjector: Injector<TimeInstruction, TimeUndo> = {
	async needs(instruction) {
		assertInstruction(instruction);
		await timeGround();
	},

	async prepare(target, _instruction, id) {
		const ground = await timeGround();
		const { clocks, unmovable } = await lookCalmly(ground, () => containerProcesses(target));
		if (unmovable.length > 0) throw new Error(`container ${containerName(target)}: ${unmovable.join("; ")}`);
		if (clocks.length === 0) {
			throw new TargetGoneError(`container ${containerName(target)} has no process on this node`);
		}
		for (const { pid, image } of clocks) {
			assertRoom(
				pid,
				ground.patch.sharesIn(image).filter((share) => share.id !== id),
			);
		}
		return { id };
	},

	async inject(target, instruction, { id }) {
		const ground = await timeGround();
		const held: Held = { target, share: shareOf(instruction, id), known: new Map(), lost: false };
		faults.set(id, held);
		newcomers.adjust(ground);
		await putIn(ground, held);
	},

	async recover(target, { id }) {
		const ground = await timeGround();
		faults.delete(id);
		newcomers.adjust(ground);
		const { native, patch } = ground;
		await untilDone(
			() => ours(ground, target).filter(({ image }) => patch.sharesIn(image).some((share) => share.id === id)),
			(clock) => step("vdso-restore", () => takeShare(native, patch, clock, id)),
		);
		const unused = (): ProcessClock[] =>
			ours(ground, target).filter(({ image }) => !patch.isPristine(image) && patch.sharesIn(image).length === 0);
		if (unused().length === 0) return;
		await sleep(graceMs);
		const seen: SeenOutside = new Map();
		await untilDone(unused, (clock) => step("vdso-wipe", () => wipe(native, patch, clock, seen)));
	},

	async verify(target, instruction, { id }) {
		const ground = await timeGround();
		const { pids, clocks, unmovable } = await lookCalmly(ground, () => containerProcesses(target, processes()));
		if (pids.length === 0) {
			faults.delete(id);
			newcomers.adjust(ground);
			return "target gone";
		}
		const before = faults.get(id);
		const held = before ?? { target, share: shareOf(instruction, id), known: new Map<number, number>(), lost: false };
		const without = clocks.filter((clock) => !hasShare(ground.patch, clock, held.share));
		for (const clock of clocks) if (!without.includes(clock)) held.known.set(clock.pid, clock.address);
		for (const pid of held.known.keys()) if (!pids.includes(pid)) held.known.delete(pid);
		const robbed = without.filter(({ pid, address }) => held.known.get(pid) === address);
		// A daemon that was just started knows no process; then one that still has it speaks for all.
		const all = !before && clocks.length > 0 && without.length === clocks.length;
		if (robbed.length > 0 || all) {
			held.lost = true;
			const who = (all ? without : robbed).map(({ pid }) => pid).join(", ");
			return { verdict: "lost", message: `the clocks of process ${who} go right again, and nobody asked for that` };
		}
		held.lost = false;
		faults.set(id, held);
		newcomers.adjust(ground);
		if (without.length > 0) await putIn(ground, held);
		const trouble = [...unmovable, ...(newcomers.trouble === undefined ? [] : [newcomers.trouble])];
		return trouble.length === 0 ? "in place" : { verdict: "in place", message: trouble.join("; ") };
	},
};

/** Puts a fault into all processes of a container, until a look finds none without it. */
async function putIn(ground: Ground, held: Held): Promise<void> {
	await untilDone(
		() => {
			const { clocks } = lookAtAll(ground, containerProcesses(held.target));
			return clocks.filter((clock) => !hasShare(ground.patch, clock, held.share));
		},
		({ pid }) => putInto(ground, held, pid),
	);
}

/** Does something to all processes of which that is still to be done, again and again until there are none: they make new ones. */
async function untilDone(todo: () => ProcessClock[], act: (clock: ProcessClock) => void): Promise<void> {
	const deadline = performance.now() + patienceMs;
	let waitMs = tryAgainMs.first;
	for (let clocks = todo(); clocks.length > 0; clocks = todo()) {
		let busy: BusyError | undefined;
		for (const clock of clocks) {
			try {
				act(clock);
			} catch (error) {
				if (!(error instanceof BusyError)) throw error;
				busy = error;
			}
		}
		if (performance.now() > deadline)
			throw busy ?? new Error("the container starts processes faster than they can be changed");
		await sleep(busy ? waitMs : 0);
		if (busy) waitMs = Math.min(waitMs * 2, tryAgainMs.longest);
	}
}

/**
 * Looks until what is seen is not only a process that is about to begin another program: for a moment that has no memory, or no vDSO.
 */
async function lookCalmly(
	ground: Ground,
	list: () => number[],
): Promise<ReturnType<typeof lookAtAll> & { pids: number[] }> {
	for (let tries = 1; ; tries++) {
		const pids = list();
		const found = lookAtAll(ground, pids);
		const settled = found.unmovable.length === 0 && (found.clocks.length > 0 || pids.length === 0);
		if (settled || tries === calmLooks) return { ...found, pids };
		await sleep(calmMs);
	}
}

/** The clocks of processes, and in words which can't be moved and why. */
function lookAtAll(
	{ native, patch }: Ground,
	pids: readonly number[],
): { clocks: ProcessClock[]; unmovable: string[] } {
	const clocks: ProcessClock[] = [];
	const unmovable: string[] = [];
	for (const pid of pids) {
		try {
			const clock = lookAt(native, pid);
			if (!clock) continue;
			assertMovable(patch, clock);
			clocks.push(clock);
		} catch (error) {
			unmovable.push((error as Error).message);
		}
	}
	return { clocks, unmovable };
}

/** The clocks of those processes of a container in which something may be ours. */
function ours({ native, patch }: Ground, target: NodeTarget): ProcessClock[] {
	return containerProcesses(target).flatMap((pid) => {
		const clock = lookIfAny(native, pid);
		if (!clock || clock.image.length !== patch.pristine.length) return [];
		if (patch.sharesIn(clock.image).length > 0) assertMovable(patch, clock);
		return patch.isForeign(clock.image) ? [] : [clock];
	});
}

/** What has no vDSO has nothing of ours. */
function lookIfAny(native: Ground["native"], pid: number): ProcessClock | undefined {
	try {
		return lookAt(native, pid);
	} catch {
		return undefined;
	}
}
