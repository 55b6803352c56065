import type { Addresses, ChosenPod } from "../../api/plan.ts";
import { byPort } from "./external-target.ts";
import { rangesOf } from "./ranges.ts";
import type { NetworkChaosSpec } from "./spec.ts";

/** Why two sides can't be shaped, as a sentence: some packets would be hit twice. Undefined when none would. */
export function overlap(
	{ direction, externalTargets = [] }: NetworkChaosSpec,
	sources: readonly ChosenPod[],
	targets: readonly ChosenPod[],
	addresses: Addresses,
): string | undefined {
	const uids = new Set(targets.map(({ uid }) => uid));
	const both = direction === "both" && sources.find(({ uid }) => uids.has(uid));
	if (both) {
		return `selector and target overlap: both choose pod ${nameOf(both)}, so with direction "both" its packets would be hit twice; choose sets that have no pod in common, or direction "to"`;
	}
	for (const text of externalTargets) {
		const outside = byPort([text], addresses).flatMap(({ peers }) => peers);
		for (const pod of targets) {
			const covered = pod.ips.find((ip) => outside.some((range) => covers(range, ip)));
			if (covered === undefined) continue;
			return `target and externalTargets overlap: ${covered} of pod ${nameOf(pod)} belongs to the external target ${JSON.stringify(text)}, so packets to it would be hit twice; leave it out of one of them`;
		}
	}
	return undefined;
}

function covers(range: string, ip: string): boolean {
	const family = ip.includes(":") ? 6 : 4;
	const [address] = rangesOf([ip], family);
	return rangesOf([range], family).some(
		({ first, last }) => address !== undefined && first <= address.first && address.last <= last,
	);
}

function nameOf({ namespace, name }: ChosenPod): string {
	return `${namespace}/${name}`;
}
