import { type NodeTarget, TargetGoneError } from "../../api/injector.ts";
import { membership, processes, startOf } from "./processes.ts";

/** A process by its id on the node and when it started: another one may get the same id. */
export interface ProcessId {
	pid: number;
	/** In clock ticks since the node's start. */
	start: number;
}

/** The first process of the container that is hit. Throws a TargetGoneError when the container has none on this node. */
export function firstProcess(target: NodeTarget): ProcessId {
	const only = onlyContainer(target);
	const own = only ? processes().filter(({ cgroup }) => membership(cgroup, only) === "container") : [];
	const [first] = own.map(({ pid }) => ({ pid, start: startOf(pid) })).sort((one, other) => one.start - other.start);
	if (first && Number.isFinite(first.start)) return first;
	throw new TargetGoneError(`container ${containerName(target)} does not run on this node`);
}

/** Whether a process runs that is the one that was seen, and no other with the same id. */
export function lives({ pid, start }: ProcessId): boolean {
	return startOf(pid) === start;
}

/** The target with no container but the one that is hit; undefined when it does not have that one. */
export function onlyContainer(target: NodeTarget): NodeTarget | undefined {
	const container = target.containers.find(({ name }) => name === target.container);
	return container && { ...target, containers: [container] };
}

/** `namespace/pod/container`, for messages. */
export function containerName({ namespace, pod, container }: NodeTarget): string {
	return `${namespace}/${pod}/${container}`;
}
