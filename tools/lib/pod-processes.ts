import { allPids, cgroupsOf, commandLine, type ProcessId, processId } from "./procfs.ts";

/** A process of a pod, as the node sees it. */
export interface PodProcess extends ProcessId {
	/** Its arguments, joined by blanks. */
	command: string;
}

/**
 * All processes of a pod that runs on this machine, found by the uid of the pod in their cgroups, oldest first. As in
 * pod-network.ts, this look from outside shares nothing with what the daemon does.
 */
export function podProcesses(podUid: string): PodProcess[] {
	const spellings = [`pod${podUid}`, `pod${podUid.replaceAll("-", "_")}`];
	return allPids()
		.flatMap((pid): PodProcess[] => {
			if (!cgroupsOf(pid).some((path) => spellings.some((spelling) => path.includes(spelling)))) return [];
			const id = processId(pid);
			return id ? [{ ...id, command: commandLine(pid).join(" ") }] : [];
		})
		.sort((one, other) => one.startTime - other.startTime);
}
