import { clusterPids } from "../../tools/cluster/processes.ts";
import { commandLine } from "../../tools/lib/procfs.ts";

/** How many packet engines run in the cluster. */
export function packetEngines(): number {
	return clusterPids().filter((pid) => commandLine(pid).some((word) => word.endsWith("packet-engine.mjs"))).length;
}
