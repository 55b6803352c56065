import type { Reference } from "../../api/reference.ts";

/** Prose and examples of StressChaos. */
export const reference: Reference = [
	{
		done: "Processes of the daemon's image are started in the cgroups and the process namespace of each container: `stress-ng` for the processor and for `stressngStressors`, a small holder of memory for `memory`. They live by the container's limits and quota, as its own processes do, and count as its own: `kubectl top` shows them. The message of each record says what was reached: processors used, memory held. A share of memory is one of the limit of the container, or of the node's memory when it has none; the message says which.",
		undone:
			"The processes are ended. They are known by a mark in their environment, so that a daemon that has just started ends them as well, and they end by themselves a few seconds after the experiment should have, whatever became of the daemon. When somebody or the kernel ends one of them, the fault is reported as lost, and why: it is not started again and again. A container that is started anew gets them again.",
		needs:
			"Room in the container: `stress-ng` itself takes some 6 MiB, the holder of memory 2 MiB and half of one for each worker, and each worker counts for its limit of processes. When memory runs out the kernel ends the workers first, unless `oomScoreAdj` says otherwise; but on nodes with cgroups version 2 the kubelet has the kernel end all of a container at once (`memory.oom.group`), unless it was told not to (`singleProcessOOMKill`). An `oomScoreAdj` below -997 needs a privileged daemon.",
		example: {
			name: "noisy-neighbour",
			spec: {
				mode: "one",
				selector: { namespaces: ["shop"], labelSelectors: { app: "back" } },
				containerNames: ["server"],
				stressors: { cpu: { workers: 2, load: 80 }, memory: { workers: 1, size: "50%", options: ["--time", "30s"] } },
				duration: "10m",
			},
		},
	},
];
