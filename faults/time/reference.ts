import type { Reference } from "../../api/reference.ts";

/** Prose and examples of TimeChaos. */
export const reference: Reference = [
	{
		done: "Programs read the clock from code that the kernel puts into each process, the vDSO. The daemon of the node changes that code in all processes of each named container, and in those that they start later; a container that is started anew gets it again. Each clock of `clockIds` is wrong by `timeOffset`; `gettimeofday` and `time` follow `CLOCK_REALTIME`. What a clock says is wrong at once, in programs of any language, dynamic or static, and a call takes about as long as before. Several TimeChaos on one container add up, up to four.",
		undone:
			"Each process gets the kernel's code back, byte for byte. The clocks jump back; what programs have made of the wrong time (a lock that has run out, a certificate that was refused) is theirs to mend.",
		needs:
			"Nodes with x86-64 or arm64 processors (arm64 was only tried in emulation) and Linux 5.3 or later. Containers whose processes are of 64 bits and have a vDSO; a process that a debugger traces can't be changed. Not moved are what the kernel itself keeps time by: timers and sleeps, times of files, processes that ask it by a system call (in Go, C and the like nobody does), and the clocks of other containers of the pod.",
		example: {
			name: "an-hour-ahead",
			spec: {
				mode: "one",
				selector: { namespaces: ["shop"], labelSelectors: { app: "back" } },
				timeOffset: "1h",
				clockIds: ["CLOCK_REALTIME"],
				duration: "10m",
			},
		},
	},
];
