import type { ChosenPod, Plan, PlannedTarget, RefusedTarget } from "../../api/plan.ts";
import type { NetworkInstruction } from "./instruction.ts";
import { planPartition } from "./partition-plan.ts";
import { planShape } from "./shape-plan.ts";
import type { NetworkChaosSpec } from "./spec.ts";

type Target = PlannedTarget<NetworkInstruction> | RefusedTarget;

/** Plans a NetworkChaos: what each of the selected pods, and each of the pods on the other side, gets. */
export const planNetwork: Plan<NetworkChaosSpec, NetworkInstruction> = (spec, chosen, addresses) => {
	const sources = chosen["."] ?? [];
	const targets = chosen[".Target"] ?? [];
	const plan = spec.action === "partition" ? planPartition : planShape;
	return plan(spec, sources, targets, addresses).map(onOwnNetwork);
};

/** Refuses pods on their node's network. */
function onOwnNetwork(target: Target): Target {
	if (!target.pod.hostNetwork) return target;
	const { pod, selectorKey } = target;
	return { pod, selectorKey, refused: onHostNetwork(pod) };
}

// The node knows it as well, but not a node that is itself in a container: its network is not that of the machine's process 1.
function onHostNetwork({ namespace, name }: ChosenPod): string {
	return `pod ${namespace}/${name} shares its node's network (hostNetwork: true), so the fault would hit the whole node; choose pods of their own network`;
}
