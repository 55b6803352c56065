import { expect } from "vitest";
import { type Ground, timeGround } from "../../../faults/time/ground.ts";
import {
	addShare,
	lookAt,
	type ProcessClock,
	type SeenOutside,
	takeShare,
	wipe,
} from "../../../faults/time/process-clock.ts";
import type { Share } from "../../../faults/time/shares.ts";
import { BusyError } from "../../../faults/time/stopped.ts";
import { type Program, ProgramContainer } from "../program-container.ts";
import { clocksOf } from "./clocks.ts";
import { vdso } from "./vdso.ts";

const share: Share = { id: "0123456789abcdef", clocks: [0], seconds: 3600, nanoseconds: 500_000_000 };

/**
 * Puts the fault into a program and takes it out, again and again, while threads of it do nothing but read clocks: they end the
 * program when a time is neither right nor an hour ahead. At the end nothing of ours is left in it.
 *
 * @param file - clock.c, compiled
 * @param pauseUs - microseconds for which threads sleep between 500 readings; 0: never, which takes long on a busy machine
 */
export async function cycle(
	file: string,
	{ count, threads, pauseUs }: { count: number; threads: number; pauseUs: number },
): Promise<void> {
	const ground = await timeGround();
	const container = new ProgramContainer();
	try {
		const program = await container.start(file, ["spin", String(threads), String(pauseUs)], {
			OFFSET: "3600500000000",
		});
		await clocksOf(program);
		for (let times = 0; times < count; times++) await once(ground, program);
		await clocksOf(program);
		expect(program.status).toBeUndefined();
		expect(vdso(program.pid).equals(vdso("self"))).toBe(true);
	} finally {
		await container.stop();
	}
}

async function once({ native, patch }: Ground, program: Program): Promise<void> {
	const seen: SeenOutside = new Map();
	const clock = (): ProcessClock => {
		const now = lookAt(native, program.pid);
		if (!now) throw new Error(`the program has ended with status ${program.status}`);
		return now;
	};
	await untilNotBusy(() => addShare(native, patch, clock(), share));
	await untilNotBusy(() => takeShare(native, patch, clock(), share.id));
	await untilNotBusy(() => wipe(native, patch, clock(), seen));
}

async function untilNotBusy(act: () => void): Promise<void> {
	for (;;) {
		try {
			return act();
		} catch (error) {
			if (!(error instanceof BusyError)) throw error;
			await new Promise((resolve) => setTimeout(resolve, 1));
		}
	}
}
