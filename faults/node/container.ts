import type { NodeTarget } from "../../api/injector.ts";
import { membership, type Process, processesNow } from "./processes.ts";

/** Processes of the container that is hit, those in cgroups below its own included; by default those that are there right now. */
export function containerProcesses(target: NodeTarget, all: readonly Process[] = processesNow()): number[] {
	const own = onlyHit(target);
	return all.flatMap(({ pid, cgroup }) => (isIn({ cgroup }, own) ? [pid] : []));
}

/** Whether a process is in the container that is hit. */
export function isInContainer(process: Pick<Process, "cgroup">, target: NodeTarget): boolean {
	return isIn(process, onlyHit(target));
}

/** `namespace/pod/container`, for people. */
export function containerName({ namespace, pod, container }: NodeTarget): string {
	return `${namespace}/${pod}/${container}`;
}

function isIn({ cgroup }: Pick<Process, "cgroup">, own: NodeTarget): boolean {
	return own.containers.length > 0 && membership(cgroup, own) === "container";
}

function onlyHit(target: NodeTarget): NodeTarget {
	return { ...target, containers: target.containers.filter(({ name }) => name === target.container) };
}
