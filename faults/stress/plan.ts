import type { Plan } from "../../api/plan.ts";
import { growthOf, wordsOf } from "./options.ts";
import type { StressChaosSpec } from "./spec.ts";

/** What a node does to one container for a StressChaos. */
export interface StressInstruction {
	/** `load` in percent of one processor, a worker. */
	cpu?: { workers: number; load: number; options: string[] };
	/** `size` as the spec has it; absent: nearly all that is free. `growth`: seconds until all of it is taken. */
	memory?: { workers: number; size?: string; oomScoreAdj: number; growth: number };
	/** Words for stress-ng. */
	stressng?: string[];
}

/** The adjustment by which the kernel ends a process before all others: what is attacked must outlive the attack. */
export const endedFirst = 1000;

/** Every container gets the same. */
export const planStress: Plan<StressChaosSpec, StressInstruction> = (spec, chosen) =>
	(chosen["."] ?? []).map((pod) => ({ pod, selectorKey: ".", instruction: instructionOf(spec) }));

function instructionOf({ stressors, stressngStressors = "" }: StressChaosSpec): StressInstruction {
	const { cpu, memory } = stressors ?? {};
	const stressng = wordsOf(stressngStressors);
	return {
		...(cpu && { cpu: { workers: cpu.workers, load: cpu.load ?? 100, options: cpu.options ?? [] } }),
		...(memory && {
			memory: {
				workers: memory.workers,
				...(memory.size !== undefined && memory.size !== "" && { size: memory.size }),
				oomScoreAdj: memory.oomScoreAdj ?? endedFirst,
				growth: secondsOf(memory.options ?? []),
			},
		}),
		...(stressng.length > 0 && { stressng }),
	};
}

/** The spec was checked; of an object that got past the check, what can't be read says nothing. */
function secondsOf(options: readonly string[]): number {
	const growth = growthOf(options);
	return typeof growth === "number" ? Math.round(growth) : 0;
}
