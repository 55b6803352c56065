import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "../lib/files.ts";
import { bootId } from "../lib/procfs.ts";
import type { ComponentRecord } from "./component.ts";
import type { ClusterLayout } from "./layout.ts";
import type { Programs } from "./programs.ts";

/** What is written down about a cluster on this machine. */
export interface ClusterState {
	/** `starting` until the cluster has been seen healthy once: an interrupted start is never taken for a cluster. */
	readonly phase: "starting" | "up";
	/** The start of the machine in which the cluster was started. */
	readonly bootId: string;
	/** Numbers of its nodes. */
	readonly nodes: readonly (1 | 2)[];
	readonly components: readonly ComponentRecord[];
	/** The programs that it was started from. */
	readonly programs: Programs;
}

function file(layout: ClusterLayout): string {
	return join(layout.state, "state.json");
}

/** Reads what is written down; undefined when there is nothing that can be used. */
export function readState(layout: ClusterLayout): ClusterState | undefined {
	try {
		const state = JSON.parse(readFileSync(file(layout), "utf8")) as ClusterState;
		return state.bootId === bootId() ? state : undefined;
	} catch {
		return undefined;
	}
}

/** Writes it down. */
export function writeState(layout: ClusterLayout, state: ClusterState): Promise<void> {
	return writeWhole(file(layout), `${JSON.stringify(state, null, 2)}\n`);
}
