import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { step } from "../../api/step.ts";
import { lives, type ProcessId } from "../node/container.ts";
import { processes, startOf } from "../node/processes.ts";

/** What a stressor of an injection does. */
export type Part = "cpu" | "memory" | "stressng";

/** A process of ours that puts a container under stress, or is about to. */
export interface Marked extends ProcessId {
	part: Part;
	/** Name of the program that it runs. */
	program: string;
	/** Text of `/proc/<pid>/cgroup`. */
	cgroup: string;
	/** Processor time that it and its children that have ended have used, in seconds. */
	seconds: number;
}

/** The variable in a process's environment by which it is known, and by which no other process is taken for it. */
const variable = "PULUMI_CHAOS_STRESS";
const patienceMs = 10_000;
const lookAgainMs = 20;
/** Ticks a second in `/proc/<pid>/stat`; the same on all of Linux's 64-bit architectures. */
const ticks = 100;

/** The environment that marks a process, and its children, as those of an injection. */
export function markOf(id: string, part: Part): Record<string, string> {
	return { [variable]: `${id} ${part}` };
}

let snapshot: Map<string, Marked[]> | undefined;

/** All processes of an injection. One look at the node serves all who ask in the same turn of the event loop. */
export function markedBy(id: string): readonly Marked[] {
	if (!snapshot) {
		snapshot = look();
		setImmediate(() => {
			snapshot = undefined;
		});
	}
	return snapshot.get(id) ?? [];
}

function look(): Map<string, Marked[]> {
	const found = new Map<string, Marked[]>();
	for (const { pid, cgroup } of processes()) {
		const mark = textOf(pid, "environ")
			.split("\0")
			.find((entry) => entry.startsWith(`${variable}=`));
		const [, id, part] = /^[A-Z_]+=(\w+) (cpu|memory|stressng)$/.exec(mark ?? "") ?? [];
		if (id === undefined) continue;
		const each = { pid, start: startOf(pid), part: part as Part, program: textOf(pid, "comm").trim(), cgroup };
		found.set(id, [...(found.get(id) ?? []), { ...each, seconds: secondsIn(textOf(pid, "stat")) }]);
	}
	return found;
}

/** Processor time in the text of `/proc/<pid>/stat`: fields 14 to 17, in seconds. */
export function secondsIn(stat: string): number {
	const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
	return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) / ticks;
}

/** Anonymous memory that a process holds, in bytes: what it has taken for itself. */
export function memoryOf({ pid }: ProcessId): number {
	return Number(/^RssAnon:\s+(\d+) kB$/m.exec(textOf(pid, "status"))?.[1] ?? 0) * 1024;
}

/** Empty when the process is gone. */
function textOf(pid: number, name: string): string {
	try {
		return readFileSync(`/proc/${pid}/${name}`, "utf8");
	} catch {
		return "";
	}
}

/** Ends all processes of an injection, also those that are started meanwhile. Throws when one does not end. */
export async function endMarked(id: string): Promise<void> {
	// One that ends has no environment any more, and may still have all of its memory.
	let ending: Marked[] = [];
	for (let waited = 0; ; waited += lookAgainMs) {
		const left = [...markedBy(id), ...ending].filter(runs);
		if (left.length === 0) return;
		if (waited >= patienceMs) {
			const pids = left.map(({ pid }) => pid).join(", ");
			throw new Error(
				`processes ${pids} of the stress were killed and are not gone after ${patienceMs / 1000} s; they hang in the kernel, or their container is frozen`,
			);
		}
		step("stress-kill", () => {
			for (const each of left) endProcess(each);
		});
		ending = left;
		await sleep(lookAgainMs);
	}
}

/** Whether a process is there and is more than an entry that its parent has not read yet. */
function runs(marked: ProcessId): boolean {
	return lives(marked) && !/^[ZX]/.test(textOf(marked.pid, "stat").split(") ").at(-1) ?? "");
}

function endProcess(marked: ProcessId): void {
	try {
		if (runs(marked)) process.kill(marked.pid, "SIGKILL");
	} catch (error) {
		// It ended by itself in between.
		if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
	}
}
