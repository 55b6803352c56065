import type { ChosenPod, Plan, PlannedTarget, RefusedTarget } from "../../api/plan.ts";
import type { NetworkInstruction } from "./instruction.ts";
import { planPartition } from "./partition-plan.ts";
import { planShape } from "./shape-plan.ts";
import type { NetworkChaosSpec } from "./spec.ts";

type Target = PlannedTarget<NetworkInstruction> | RefusedTarget;

/** Plans a NetworkChaos: what each of the selected pods, and each of the pods on the other side, gets. */
export const planNetwork: Plan<NetworkChaosSpec, NetworkInstruction> = (spec, chosen, addresses, spared) => {
	const sources = chosen["."] ?? [];
	const targets = chosen[".Target"] ?? [];
	const plan = spec.action === "partition" ? planPartition : planShape;
	return plan(spec, sources, targets, addresses).map((target) => onRightNetwork(target, spared));
};

/** Refuses pods on their node's network, or spares what the cluster needs there. */
function onRightNetwork(target: Target, spared: readonly string[] | undefined): Target {
	if (!target.pod.hostNetwork || "refused" in target) return target;
	const { pod, selectorKey, instruction } = target;
	const why = whyNotOnHost(pod, instruction, spared);
	if (why === undefined && instruction.action === "partition") {
		return { pod, selectorKey, instruction: { ...instruction, spared: [...(spared ?? [])] } };
	}
	// The node knows it as well, but not a node that is itself in a container: its network is not that of the machine's process 1.
	const title = `pod ${pod.namespace}/${pod.name} shares its node's network (hostNetwork: true)`;
	return { pod, selectorKey, refused: `${title}, ${why}; choose pods of their own network` };
}

function whyNotOnHost(
	{ ips }: ChosenPod,
	instruction: NetworkInstruction,
	spared: readonly string[] | undefined,
): string | undefined {
	if (spared === undefined) return "so the fault would hit the whole node, which this installation does not allow";
	if (instruction.action !== "partition") return "where only a partition can be done";
	// By whatever name or balancer the node knows its API server, it is not cut off from it unless somebody names that.
	if (instruction.drops.some(({ peers }) => peers === undefined)) {
		return "which can't be cut off from everybody: name a target or externalTargets";
	}
	return ips.some((ip) => spared.includes(ip)) ? "and the API server runs there" : undefined;
}
