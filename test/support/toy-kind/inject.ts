import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type Injector, TargetGoneError } from "../../../api/injector.ts";
import { membership, processes, startOf } from "../../../faults/node/processes.ts";
import type { ToyInstruction } from "./plan.ts";

/** Whose file system the note is in, and where. */
interface ToyUndo {
	pid: number;
	start: number;
	path: string;
}

/** Leaves a note in the container's file system. */
export const toyInjector: Injector<ToyInstruction, ToyUndo> = {
	async needs() {
		// Nothing but files.
	},
	async prepare(target, _instruction, id) {
		const containers = target.containers.filter(({ name }) => name === target.container);
		const found = processes().find(({ cgroup }) => membership(cgroup, { ...target, containers }) === "container");
		if (!found) throw new TargetGoneError(`container ${target.container} of ${target.pod} does not run`);
		const path = `/proc/${found.pid}/root/tmp/pulumi-chaos-toy-${id}`;
		return { pid: found.pid, start: startOf(found.pid), path };
	},
	async inject(_target, { text }, { path }) {
		writeFileSync(path, text);
	},
	async recover(_target, { pid, start, path }) {
		if (startOf(pid) === start) rmSync(path, { force: true });
	},
	async verify(_target, { text }, { pid, start, path }) {
		if (startOf(pid) !== start) return "target gone";
		return existsSync(path) && readFileSync(path, "utf8") === text ? "in place" : "lost";
	},
};
