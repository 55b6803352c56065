import type { Plan } from "../../api/plan.ts";
import type { PodChaosSpec } from "./spec.ts";

/** What is done to one pod, or to one container, for a PodChaos. */
export type PodInstruction =
	/** `gracePeriod` in seconds. */
	{ action: "pod-kill"; gracePeriod: number } | { action: "pod-failure" } | { action: "container-kill" };

/** Every target gets the same. */
export const planPod: Plan<PodChaosSpec, PodInstruction> = (spec, chosen) =>
	(chosen["."] ?? []).map((pod) => ({ pod, selectorKey: ".", instruction: instructionOf(spec) }));

function instructionOf({ action, gracePeriod = 0 }: PodChaosSpec): PodInstruction {
	return action === "pod-kill" ? { action, gracePeriod } : { action };
}
