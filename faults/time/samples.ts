import type { TimeInstruction } from "./plan.ts";

/** One clock by an hour; a node can move all clocks or none. */
export const samples: Readonly<Record<string, TimeInstruction>> = {
	"": { clocks: ["CLOCK_REALTIME"], seconds: 3600, nanoseconds: 0 },
};
