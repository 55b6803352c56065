import { parseDuration } from "../../api/duration.ts";
import type { Plan } from "../../api/plan.ts";
import type { ClockName } from "./clocks.ts";
import type { TimeChaosSpec } from "./spec.ts";

/** What is added to clocks of one container. */
export interface TimeInstruction {
	clocks: ClockName[];
	/** Whole seconds, rounded down: -1.5 s are -2 here, and 500 million nanoseconds. */
	seconds: number;
	/** 0 to 999 999 999. */
	nanoseconds: number;
}

/** Every target gets the same. */
export const planTime: Plan<TimeChaosSpec, TimeInstruction> = (
	{ timeOffset, clockIds = ["CLOCK_REALTIME"] },
	chosen,
) => {
	const milliseconds = parseDuration(timeOffset) ?? 0;
	const seconds = Math.floor(milliseconds / 1000);
	const nanoseconds = Math.round((milliseconds - seconds * 1000) * 1e6);
	// What is a hair below a whole second is rounded to one.
	const carried = nanoseconds === 1e9 ? { seconds: seconds + 1, nanoseconds: 0 } : { seconds, nanoseconds };
	const clocks: ClockName[] = clockIds.length > 0 ? [...new Set(clockIds)] : ["CLOCK_REALTIME"];
	const instruction = { clocks, ...carried };
	return (chosen["."] ?? []).map((pod) => ({ pod, selectorKey: ".", instruction }));
};
