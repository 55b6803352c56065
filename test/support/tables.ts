import { clusterPids } from "../../tools/cluster/processes.ts";
import { tablesLeft as tablesLeftIn } from "../../tools/lib/pod-network.ts";

/** Tables that a fault left on the cluster that is worked on: `inode: table`. */
export function tablesLeft(): string[] {
	return tablesLeftIn(clusterPids());
}
