import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../../api/json.ts";
import { removeCgroups } from "./helper-cgroups.ts";
import { startOf } from "./processes.ts";

/** What is on record of a helper that was started. */
export interface HelperRecord {
	pid: number;
	/** When it was started (see `startOf`): a process with another start is another one. */
	start: number;
	/** Which version of what it is asked it understands. */
	protocol: number;
	/** Folders of the cgroups that were made for it. */
	cgroups: string[];
}

/** Paths of a helper's files in its folder. */
export function helperFiles(folder: string, name: string): { record: string; socket: string; log: string } {
	const path = (ending: string): string => join(folder, `${name}.${ending}`);
	return { record: path("json"), socket: path("sock"), log: path("log") };
}

/** What is on record; undefined when nothing is, or nothing that can be read. */
export function readHelperRecord(path: string): HelperRecord | undefined {
	try {
		const record: unknown = JSON.parse(readFileSync(path, "utf8"));
		if (!isObject(record)) return undefined;
		const { pid, start, protocol, cgroups } = record;
		const known = [pid, start, protocol].every((each) => typeof each === "number");
		const named = Array.isArray(cgroups) && cgroups.every((each) => typeof each === "string");
		return known && named ? (record as unknown as HelperRecord) : undefined;
	} catch {
		return undefined;
	}
}

/** Puts a record in the place of the one before, whole at any moment. */
export function writeHelperRecord(path: string, record: HelperRecord): void {
	writeFileSync(`${path}.new`, JSON.stringify(record), { mode: 0o600 });
	renameSync(`${path}.new`, path);
}

/** Whether the process on record still runs. */
export function isHelperAlive({ pid, start }: HelperRecord): boolean {
	return startOf(pid) === start;
}

/** Removes what a helper that has ended, or is about to, leaves on the node. */
export function removeHelperTraces(folder: string, name: string): void {
	const { record, socket, log } = helperFiles(folder, name);
	removeCgroups(readHelperRecord(record)?.cgroups ?? []);
	for (const path of [socket, log, record]) rmSync(path, { force: true });
}
