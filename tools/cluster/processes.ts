import { allPids } from "../lib/procfs.ts";
import { cgroupPids } from "./cgroups.ts";
import { sharedLayout } from "./layout.ts";
import { ownCluster } from "./own-cluster.ts";

/**
 * Processes of the cluster that the tests and the demo work on: those of ours alone, because other clusters and tests may run
 * beside it on this machine; of a user's own cluster nobody knows which they are: all.
 */
export function clusterPids(): number[] {
	return ownCluster() ? allPids() : cgroupPids(sharedLayout().cgroup);
}
