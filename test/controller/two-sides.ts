import type { Partition } from "../../faults/network/instruction.ts";
import type { Pod } from "../../selection/pod.ts";
import { pod } from "./pods.ts";
import type { TestWorld } from "./world.ts";

/** The other side of a partition: all pods with app=db. */
export const target = { mode: "all", selector: { labelSelectors: { app: "db" } } };

/** A pod of the other side, on node-2. */
export function db(name: string, ip: string): Pod {
	return pod(name, { metadata: { labels: { app: "db" } }, spec: { nodeName: "node-2" }, status: { podIPs: [{ ip }] } });
}

/** The peers that a pod was told to be cut off from, each time that it was told. */
export function peersOf(world: TestWorld, name: string): (string[] | undefined)[] {
	return world.injected
		.flatMap(({ items }) => items)
		.filter((item) => item.target.pod === name)
		.map(({ instruction }) => (instruction as Partition).drops[0]?.peers);
}
