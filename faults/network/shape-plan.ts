import { deviceOf } from "../../api/names.ts";
import type { Addresses, ChosenPod, PlannedTarget, RefusedTarget } from "../../api/plan.ts";
import { byPort } from "./external-target.ts";
import type { Path, Shape } from "./instruction.ts";
import { overlap } from "./overlap.ts";
import { parameters } from "./parameters.ts";
import { addressesOf } from "./partition-plan.ts";
import type { NetworkChaosSpec } from "./spec.ts";

/**
 * Plans all that shapes packets. Between the two sides each packet must be shaped once, at an end that knows both pods: a packet
 * to a Service carries the Service's address at the sender, and the answer to it carries that address at the receiver. So
 * replies are shaped where they are sent, the rest where it is received. What concerns everybody, or somebody outside, is all
 * shaped at the selected pods.
 */
export function planShape(
	spec: NetworkChaosSpec,
	sources: readonly ChosenPod[],
	targets: readonly ChosenPod[],
	addresses: Addresses,
): (PlannedTarget<Shape> | RefusedTarget)[] {
	const { direction = "to", target, externalTargets = [], device, targetDevice } = spec;
	const refused = overlap(spec, sources, targets, addresses);
	const what = parameters(spec);
	const side = (pods: readonly ChosenPod[], selectorKey: string, paths: readonly Path[], through?: string) =>
		pods.map((pod) => {
			if (refused !== undefined) return { pod, selectorKey, refused };
			return { pod, selectorKey, instruction: { action: "shape" as const, paths: on(paths, through), ...what } };
		});
	const outside = outsiders(target !== undefined, externalTargets, addresses);
	const hooks: Path["hook"][] = [];
	if (direction !== "from") hooks.push("egress");
	if (direction !== "to") hooks.push("ingress");
	const beyond = hooks.flatMap((hook) => outside.map((other) => ({ hook, ...other })));
	const between = target === undefined ? [] : hooks.flatMap((hook) => share(hook, targets));
	const back = hooks.flatMap((hook) => share(hook === "egress" ? "ingress" : "egress", sources));
	return [...side(sources, ".", [...between, ...beyond], device), ...side(targets, ".Target", back, targetDevice)];
}

/** Everybody when nobody is named, and those outside; one entry a port. */
function outsiders(hasTarget: boolean, externalTargets: readonly string[], addresses: Addresses): Partial<Path>[] {
	if (!hasTarget && externalTargets.length === 0) return [{}];
	return byPort(externalTargets, addresses);
}

/** What one end shapes of the packets to or from pods on the other side: all of it when nothing can be done at their end. */
function share(hook: Path["hook"], others: readonly ChosenPod[]): Path[] {
	const onHost = others.filter((pod) => pod.hostNetwork);
	const own = others.filter((pod) => !pod.hostNetwork);
	const part = hook === "egress" ? "replies" : "rest";
	return [
		{ hook, peers: addressesOf(own), part },
		...(onHost.length > 0 ? [{ hook, peers: addressesOf(onHost) }] : []),
	];
}

function on(paths: readonly Path[], device: string | undefined): Path[] {
	return device === undefined ? [...paths] : paths.map((path) => ({ ...path, device: deviceOf(device) }));
}
