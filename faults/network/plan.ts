import { deviceOf } from "../../api/names.ts";
import type { ChosenPod, Plan, PlannedTarget, RefusedTarget } from "../../api/plan.ts";
import type { NetworkChaosSpec } from "./spec.ts";

/** Packets to drop at one hook of the pod's network namespace. */
export interface Drop {
	/** Packets that the pod receives, or sends. */
	hook: "input" | "output";
	/** Addresses and CIDRs on the other side, IPv4 and IPv6; absent: everybody. */
	peers?: string[];
	/** Only packets through this device; absent: through any but loopback. */
	device?: string;
}

/** What a node does to one pod for a NetworkChaos. */
export interface NetworkInstruction {
	action: "partition";
	drops: Drop[];
}

/**
 * Plans a partition as upstream does: both ends drop. It has to be both: a packet sent to a Service carries the Service's
 * address while it is in the sender's namespace, so only the receiving end can tell which pod it was for.
 */
export const planNetwork: Plan<NetworkChaosSpec, NetworkInstruction> = (spec, chosen) => {
	const sources = chosen["."] ?? [];
	const targets = chosen[".Target"] ?? [];
	const direction = spec.direction ?? "to";
	const external = spec.externalTargets ?? [];
	const everybody = spec.target === undefined && external.length === 0;
	const toTarget = everybody ? undefined : [...addressesOf(targets), ...external];
	return [
		...sources.map((pod) =>
			planned(pod, ".", [
				...(direction !== "from" ? [drop("output", toTarget, spec.device)] : []),
				...(direction !== "to" ? [drop("input", toTarget, spec.device)] : []),
			]),
		),
		...targets.map((pod) =>
			planned(pod, ".Target", [
				...(direction !== "from" ? [drop("input", addressesOf(sources), spec.targetDevice)] : []),
				...(direction !== "to" ? [drop("output", addressesOf(sources), spec.targetDevice)] : []),
			]),
		),
	];
};

type Target = PlannedTarget<NetworkInstruction> | RefusedTarget;

function planned(pod: ChosenPod, selectorKey: string, drops: Drop[]): Target {
	if (pod.hostNetwork) return { pod, selectorKey, refused: onHostNetwork(pod) };
	return { pod, selectorKey, instruction: { action: "partition", drops } };
}

// The node knows it as well, but not a node that is itself in a container: its network is not that of the machine's process 1.
function onHostNetwork({ namespace, name }: ChosenPod): string {
	return `pod ${namespace}/${name} shares its node's network (hostNetwork: true), so the fault would hit the whole node; choose pods of their own network`;
}

function drop(hook: Drop["hook"], peers: string[] | undefined, device: string | undefined): Drop {
	return { hook, ...(peers && { peers }), ...(device !== undefined && { device: deviceOf(device) }) };
}

function addressesOf(pods: readonly ChosenPod[]): string[] {
	return pods.flatMap((pod) => pod.ips);
}
