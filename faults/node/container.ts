import { type NodeTarget, TargetGoneError } from "../../api/injector.ts";
import { membership, type Process, processes, processesNow, startOf } from "./processes.ts";

/** A process by its id on the node and when it started: another one may get the same id. */
export interface ProcessId {
	pid: number;
	/** In clock ticks since the node's start. */
	start: number;
}

/** Processes of the container that is hit, those in cgroups below its own included; by default those that are there right now. */
export function containerProcesses(target: NodeTarget, all: readonly Process[] = processesNow()): number[] {
	return all.filter((process) => isInContainer(process, target)).map(({ pid }) => pid);
}

/** Whether a process is in the container that is hit. */
export function isInContainer({ cgroup }: Pick<Process, "cgroup">, target: NodeTarget): boolean {
	const containers = target.containers.filter(({ name }) => name === target.container);
	return containers.length > 0 && membership(cgroup, { ...target, containers }) === "container";
}

/** The first process of the container that is hit. Throws a TargetGoneError when the container has none on this node. */
export function firstProcess(target: NodeTarget): ProcessId {
	const own = containerProcesses(target, processes());
	const [first] = own.map((pid) => ({ pid, start: startOf(pid) })).sort((one, other) => one.start - other.start);
	if (first && Number.isFinite(first.start)) return first;
	throw new TargetGoneError(`container ${containerName(target)} does not run on this node`);
}

/** Whether a process runs that is the one that was seen, and no other with the same id. */
export function lives({ pid, start }: ProcessId): boolean {
	return startOf(pid) === start;
}

/** `namespace/pod/container`, for people. */
export function containerName({ namespace, pod, container }: NodeTarget): string {
	return `${namespace}/${pod}/${container}`;
}
