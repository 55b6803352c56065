import { endedFirst, type StressInstruction } from "./plan.ts";

/** Processor time and memory at once; a node can do both or none. */
export const samples: Readonly<Record<string, StressInstruction>> = {
	"": {
		cpu: { workers: 1, load: 100, options: [] },
		memory: { workers: 1, size: "64MB", oomScoreAdj: endedFirst, growth: 0 },
	},
};
