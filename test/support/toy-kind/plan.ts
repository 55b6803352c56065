import type { Plan } from "../../../api/plan.ts";
import type { ToyChaosSpec } from "./spec.ts";

/** What a node does to one container for a ToyChaos. */
export interface ToyInstruction {
	text: string;
}

/** Every container gets the same note. */
export const planToy: Plan<ToyChaosSpec, ToyInstruction> = ({ text }, chosen) =>
	(chosen["."] ?? []).map((pod) => ({ pod, selectorKey: ".", instruction: { text } }));
