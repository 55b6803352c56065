import { expect } from "vitest";
import { type Finding, findingOf } from "../../../api/injector.ts";
import type { ClockName } from "../../../faults/time/clocks.ts";
import { type TimeUndo, timeInjector } from "../../../faults/time/inject.ts";
import type { TimeInstruction } from "../../../faults/time/plan.ts";
import { ProgramContainer } from "../program-container.ts";
import { movedAmong } from "./vdso.ts";

/** Id of an injection. */
export const id = "0123456789abcdef";

/** An instruction to move clocks, by default the time of day. */
export const hours = (count: number, ...clocks: ClockName[]): TimeInstruction => ({
	clocks: clocks.length > 0 ? clocks : ["CLOCK_REALTIME"],
	seconds: count * 3600,
	nanoseconds: 0,
});

/** A container whose clocks are moved, as a daemon does it. */
export class MovedContainer extends ProgramContainer {
	async inject(instruction: TimeInstruction, injection = id): Promise<TimeUndo> {
		await timeInjector.needs(instruction);
		const undo = await timeInjector.prepare(this.target, instruction, injection, 60_000);
		await timeInjector.inject(this.target, instruction, undo);
		return undo;
	}

	recover(undo: TimeUndo): Promise<void> {
		return timeInjector.recover(this.target, undo);
	}

	async look(instruction: TimeInstruction, undo: TimeUndo = { id }): Promise<Finding> {
		return findingOf(await timeInjector.verify(this.target, instruction, undo));
	}

	/** Expects that nothing of ours is in any of its processes. */
	expectPristine(): void {
		expect(movedAmong(this.pids())).toEqual([]);
	}
}
