import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { isAlive, type ProcessId, processId } from "../lib/procfs.ts";
import { joinCgroup } from "./cgroups.ts";

/** A long-running program of the cluster. */
export interface Component {
	/** What a person calls it; unique in a cluster. */
	readonly name: string;
	/** Number of the node that needs it; absent for the control plane. */
	readonly node?: 1 | 2;
	readonly program: string;
	readonly args: readonly string[];
	/** The file of the network namespace that it lives in. */
	readonly netns: string;
	readonly cgroup: string;
	readonly log: string;
	/** Folders to search for programs, before those of the system. */
	readonly path?: readonly string[];
}

/** A component that was started. */
export interface ComponentRecord extends ProcessId {
	readonly name: string;
	readonly node?: 1 | 2;
	readonly log: string;
}

const systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Starts a component so that it survives this process. It gets a clean environment: a proxy or a kubeconfig in that of
 * the caller must not reach it.
 */
export function startComponent(component: Component): ComponentRecord {
	const { name, node } = component;
	mkdirSync(dirname(component.log), { recursive: true });
	const log = openSync(component.log, "a", 0o600);
	try {
		// Only the network is another one: a kubelet's mounts must be seen by all.
		const child = spawn("nsenter", [`--net=${component.netns}`, "--", component.program, ...component.args], {
			cwd: "/",
			detached: true,
			env: { PATH: [...(component.path ?? []), systemPath].join(":"), HOME: "/nonexistent" },
			stdio: ["ignore", log, log],
		});
		child.on("error", () => {});
		child.unref();
		const id = child.pid === undefined ? undefined : processId(child.pid);
		if (id === undefined) throw new Error(`${name} could not be started: see ${component.log}`);
		joinCgroup(component.cgroup, id.pid);
		return { ...id, name, log: component.log, ...(node === undefined ? {} : { node }) };
	} finally {
		closeSync(log);
	}
}

/** The last lines of a log, for an error's message. */
export function logTail(log: string, lines = 15): string {
	if (!existsSync(log)) return "";
	return readFileSync(log, "utf8").trimEnd().split("\n").slice(-lines).join("\n");
}

/** Fails with the end of its log if a component has ended. */
export function assertRunning(record: ComponentRecord): void {
	if (isAlive(record)) return;
	throw new Error(`${record.name} has ended; the end of its log ${record.log}:\n${logTail(record.log)}`);
}
