import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** A process that can't be mistaken for a later one with the same id. */
export interface ProcessId {
	readonly pid: number;
	/** Clock ticks from the machine's start to that of the process. */
	readonly startTime: number;
}

function read(path: string): string | undefined {
	try {
		return readFileSync(path, "utf8");
	} catch {
		return undefined;
	}
}

/** The identity of a running process; undefined when there is none, or only its exit code is left. */
export function processId(pid: number): ProcessId | undefined {
	// The name in parentheses may hold spaces and parentheses itself.
	const fields = read(`/proc/${pid}/stat`)
		?.replace(/^.*\) /s, "")
		.split(" ");
	if (fields === undefined || fields[0] === "Z" || fields[0] === "X") return undefined;
	return { pid, startTime: Number(fields[19]) };
}

/** Whether exactly this process still runs. */
export function isAlive(id: ProcessId): boolean {
	return processId(id.pid)?.startTime === id.startTime;
}

/** Ids of all processes. */
export function allPids(): number[] {
	return readdirSync("/proc")
		.filter((name) => /^\d+$/.test(name))
		.map(Number);
}

/** A process's environment as it was started, each `NAME=value`; none for a process that is gone. */
export function environmentOf(pid: number): string[] {
	return (read(`/proc/${pid}/environ`) ?? "").split("\0").slice(0, -1);
}

/** A process's arguments; none for a kernel thread or a process that is gone. */
export function commandLine(pid: number): string[] {
	return (read(`/proc/${pid}/cmdline`) ?? "").split("\0").slice(0, -1);
}

/** The program that a process runs; undefined when it is gone. */
export function executable(pid: number): string | undefined {
	try {
		return readlinkSync(`/proc/${pid}/exe`);
	} catch {
		return undefined;
	}
}

/** The cgroups of a process, one a hierarchy. */
export function cgroupsOf(pid: number): string[] {
	const lines = (read(`/proc/${pid}/cgroup`) ?? "").trim().split("\n");
	return [...new Set(lines.map((line) => line.split(":").slice(2).join(":")))];
}

/** Changes at each start of the machine. */
export function bootId(): string {
	return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}

/** Mount points of this mount namespace, in the order in which they were mounted. */
export function mountPoints(): string[] {
	return readFileSync("/proc/self/mountinfo", "utf8")
		.trim()
		.split("\n")
		.map((line) => line.split(" ")[4] ?? "")
		.map((path) => path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))));
}

/** The mount that is a process's root folder, with its options; an overlay's name the folders that it is made of. */
export function rootMount(pid: number): string {
	const mounts = (read(`/proc/${pid}/mountinfo`) ?? "").split("\n");
	return mounts.find((line) => line.split(" ")[4] === "/") ?? "";
}
