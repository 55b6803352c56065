import { ownCluster } from "../../tools/cluster/own-cluster.ts";
import { clusterPids } from "../../tools/cluster/processes.ts";
import { commandLine } from "../../tools/lib/procfs.ts";

function running(bundle: string): number[] {
	return clusterPids().filter((pid) => commandLine(pid).some((argument) => argument.endsWith(`/${bundle}.mjs`)));
}

/** Processes of the daemon's containers, of the cluster that is worked on. */
export function daemonProcesses(): number[] {
	return running("daemon");
}

/** Processes of the controller's containers, of the cluster that is worked on. */
export function controllerProcesses(): number[] {
	return running("controller");
}

/** Ends processes as a crash would. Refused on a cluster that the project did not make. */
export function kill9(pids: readonly number[]): void {
	if (ownCluster()) throw new Error("tests that kill parts run only on the project's own cluster");
	if (pids.length === 0) throw new Error("there is no such process to kill");
	for (const pid of pids) process.kill(pid, "SIGKILL");
}
