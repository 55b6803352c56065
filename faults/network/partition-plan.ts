import { deviceOf } from "../../api/names.ts";
import type { Addresses, ChosenPod, PlannedTarget } from "../../api/plan.ts";
import { byPort } from "./external-target.ts";
import type { Drop, Partition } from "./instruction.ts";
import type { NetworkChaosSpec } from "./spec.ts";

/**
 * Plans a partition as upstream does: both ends drop. It has to be both: a packet sent to a Service carries the Service's
 * address while it is in the sender's namespace, so only the receiving end can tell which pod it was for.
 */
export function planPartition(
	spec: NetworkChaosSpec,
	sources: readonly ChosenPod[],
	targets: readonly ChosenPod[],
	addresses: Addresses,
): PlannedTarget<Partition>[] {
	const { direction = "to", device, targetDevice } = spec;
	const others = otherSide(spec, targets, addresses);
	const back = [{ peers: addressesOf(sources) }];
	const hooks: Drop["hook"][] = [];
	if (direction !== "from") hooks.push("output");
	if (direction !== "to") hooks.push("input");
	return [
		...sources.map((pod) => partition(pod, ".", drops(hooks, others, device))),
		...targets.map((pod) => partition(pod, ".Target", drops(hooks.map(opposite), back, targetDevice))),
	];
}

/** Who is on the other side; one entry a port. */
function otherSide(
	{ target, externalTargets = [] }: NetworkChaosSpec,
	targets: readonly ChosenPod[],
	addresses: Addresses,
): Partial<Drop>[] {
	if (target === undefined && externalTargets.length === 0) return [{}];
	const external = byPort(externalTargets, addresses);
	const ofPorts = external.filter(({ port }) => port !== undefined);
	const outside = external.find(({ port }) => port === undefined)?.peers ?? [];
	const ofAllPorts = { peers: [...addressesOf(targets), ...outside] };
	return ofAllPorts.peers.length > 0 || ofPorts.length === 0 ? [ofAllPorts, ...ofPorts] : ofPorts;
}

function opposite(hook: Drop["hook"]): Drop["hook"] {
	return hook === "input" ? "output" : "input";
}

function drops(hooks: readonly Drop["hook"][], others: readonly Partial<Drop>[], device: string | undefined): Drop[] {
	const through = device === undefined ? {} : { device: deviceOf(device) };
	return hooks.flatMap((hook) => others.map((other) => ({ hook, ...other, ...through })));
}

function partition(pod: ChosenPod, selectorKey: string, ofPod: Drop[]): PlannedTarget<Partition> {
	return { pod, selectorKey, instruction: { action: "partition", drops: ofPod } };
}

/** All addresses of some pods. */
export function addressesOf(pods: readonly ChosenPod[]): string[] {
	return pods.flatMap((pod) => pod.ips);
}
